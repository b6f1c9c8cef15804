using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// Hides what the constraints file of <c>constraintsRef</c> does not allow. Projects that it does not name are free.
/// </summary>
/// <param name="constraints">The lines of the file.</param>
sealed class ConstraintsRule(IEnumerable<Constraint> constraints) : IPolicyRule
{
    readonly FrozenDictionary<ProjectName, ImmutableArray<Constraint>> _constraints = constraints
        .GroupBy(c => c.Project).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now)
    {
        if (!_constraints.TryGetValue(file.Name.Project, out var lines))
            return null;
        Constraint? violated = null;
        var holds = false;
        foreach (var line in lines)
        {
            var isMet = IsMet(line, file);
            if (!isMet && !line.IsConditional)
                return Against(line, file);
            violated ??= line.IsConditional && !isMet ? line : null;
            holds |= line.IsConditional && isMet;
        }
        return violated is null || holds ? null : Against(violated, file);
    }

    static Verdict Against(Constraint line, Distribution file) => new(
        "constraintsRef", line.Text,
        Contains(line, file.Name)
            ? $"has none of the hashes of the constraint '{line.Text}'"
            : $"does not meet the constraint '{line.Text}'");

    static bool IsMet(Constraint line, Distribution file) =>
        Contains(line, file.Name)
        && (line.Hashes.IsEmpty || (file.Sha256 is { } digest && line.Hashes.Contains(digest)));

    static bool Contains(Constraint line, DistributionFileName file) => file.Version is { } version
        ? line.Specifiers.Contains(version)
        : line.Specifiers.Contains(file.VersionText);
}

/// <summary>One line of a constraints file
/// (<see href="https://pip.pypa.io/en/stable/user_guide/#constraints-files">pip</see>).</summary>
/// <param name="Text">The requirement as it is written, without its hashes.</param>
/// <param name="Project">The project.</param>
/// <param name="Specifiers">The versions.</param>
/// <param name="IsConditional">
/// Whether it has a marker. A server does not know the marker's environment, so that one of the conditional lines of a
/// project has to hold.
/// </param>
/// <param name="Hashes">The only digests that files may have; empty if any may.</param>
sealed record Constraint(
    string Text, ProjectName Project, SpecifierSet Specifiers, bool IsConditional, ImmutableArray<Sha256Digest> Hashes);
