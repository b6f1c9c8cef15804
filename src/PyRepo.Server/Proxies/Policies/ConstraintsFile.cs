using System.Buffers;
using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Reads constraints files as pip does: comments, continued lines, hashes.</summary>
static class ConstraintsFile
{
    static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Reads a file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="problems">The lines that cannot be used, each with its number and the reason.</param>
    public static ImmutableArray<Constraint> Read(string text, out ImmutableArray<string> problems)
    {
        var constraints = ImmutableArray.CreateBuilder<Constraint>();
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var line in RequirementLine.Split(text))
        {
            if (TryRead(line, out var problem) is { } constraint)
                constraints.Add(constraint);
            if (problem is not null)
                found.Add($"line {line.Number}: {problem}");
        }
        problems = found.ToImmutable();
        return constraints.ToImmutable();
    }

    static Constraint? TryRead(RequirementLine line, out string? problem)
    {
        problem = null;
        var requirementText = string.Join(' ', line.Requirement.Split(
            (char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (requirementText.Length == 0)
        {
            problem = $"'{Shortened(line.Text)}' is an option, which has no effect here";
            return null;
        }
        if (!Requirement.TryParse(requirementText, out var requirement))
            return TryReadName(requirementText, out problem);
        if (requirement.Url is not null)
        {
            problem = $"'{Shortened(requirementText)}' has a URL, and no effect: only versions can be constrained";
            return null;
        }
        var hashes = line.Hashes.ToList();
        var known = hashes.Select(GetDigest).OfType<Sha256Digest>().ToImmutableArray();
        if (known.Length < hashes.Count)
            problem = $"'{requirementText}' has a hash other than sha256, which no file can match here";
        // If no hash is known, no file can match: the default digest is nobody's.
        return new Constraint(
            requirementText, requirement.Project, requirement.Specifier, requirement.Marker is not null,
            hashes.Count > 0 && known.IsEmpty ? [default] : known);
    }

    /// <summary>
    /// Of a line that cannot be read, the name may be known. Then all of its project is hidden: the line was meant to
    /// forbid something.
    /// </summary>
    static Constraint? TryReadName(string line, out string? problem)
    {
        var end = line.AsSpan().IndexOfAnyExcept(_nameCharacters);
        var name = end < 0 ? line : line[..end];
        if (!ProjectName.TryParse(name, out var project) || (end >= 0 && line[end] is '/' or ':'))
        {
            problem = $"'{Shortened(line)}' is not a requirement such as requests==2.31.0, and has no effect";
            return null;
        }
        problem = $"'{Shortened(line)}' is not a requirement such as {project}==1.0, so all of '{project}' is hidden";
        return new Constraint(line, project, SpecifierSet.Empty, IsConditional: false, [default]);
    }

    static Sha256Digest? GetDigest(string hash) =>
        hash.StartsWith("sha256:", StringComparison.Ordinal)
        && Sha256Digest.TryParse(hash.AsSpan("sha256:".Length), out var digest) ? digest : null;

    static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
