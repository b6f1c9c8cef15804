using System.Buffers;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>A constraints file, read as pip does: comments, continued lines, hashes.</summary>
/// <param name="Constraints">The constraints.</param>
/// <param name="Problems">
/// The lines that cannot be used as they are, each with its number, the reason and what they hide.
/// </param>
/// <param name="Ignored">The lines that constrain no version, each with its number.</param>
sealed partial record ConstraintsFile(
    ImmutableArray<Constraint> Constraints, ImmutableArray<string> Problems, ImmutableArray<string> Ignored)
{
    static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>The options that name a file of more constraints, which a server does not have.</summary>
    static readonly ImmutableArray<string> _includes = ["-c", "-r", "--constraint", "--requirement"];

    /// <summary>Reads a file. Any text is one.</summary>
    public static ConstraintsFile Read(string text)
    {
        var constraints = ImmutableArray.CreateBuilder<Constraint>();
        var problems = ImmutableArray.CreateBuilder<string>();
        var ignored = ImmutableArray.CreateBuilder<string>();
        foreach (var line in RequirementLine.Split(text))
        {
            if (IsOption(line))
            {
                ignored.Add($"line {line.Number}: '{Shortened(line.Text)}' is an option, which has no effect here");
                continue;
            }
            if (TryRead(line, out var problem) is { } constraint)
                constraints.Add(constraint);
            if (problem is not null)
                problems.Add($"line {line.Number}: {problem}");
        }
        return new(constraints.ToImmutable(), problems.ToImmutable(), ignored.ToImmutable());
    }

    /// <summary>Whether a line is an option that says nothing about versions.</summary>
    static bool IsOption(RequirementLine line) =>
        GetRequirement(line).Length == 0
        && !_includes.Any(option => line.Text.StartsWith(option, StringComparison.Ordinal))
        && !NamesProject(line);

    /// <summary>Whether an option is <c>-e URL#egg=NAME</c>, or an item of a list that looks like one.</summary>
    static bool NamesProject(RequirementLine line) => Egg.IsMatch(line.Text) || Dashed.IsMatch(line.Text);

    static string GetRequirement(RequirementLine line) => string.Join(' ', line.Requirement.Split(
        (char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static Constraint? TryRead(RequirementLine line, out string? problem)
    {
        problem = null;
        var text = GetRequirement(line);
        if (text.Length == 0 && NamesProject(line))
            return TryReadName(line.Text, out problem);
        if (text.Length == 0)
        {
            problem = $"'{Shortened(line.Text)}' names another file, and only this one is read: write its lines here";
            return null;
        }
        if (!Requirement.TryParse(text, out var requirement))
            return TryReadName(text, out problem);
        if (DistributionFileName.TryParse(text, out _))
            return TryReadName(text, out problem); // Also the name of a project, but nobody means that.
        if (requirement.Url is not null)
        {
            problem = $"'{Shortened(text)}' has a URL, and only versions can be constrained: all of "
                + $"'{requirement.Project}' is hidden";
            return Nothing(text, requirement.Project);
        }
        var hashes = line.Hashes.ToList();
        var known = hashes.Select(GetDigest).OfType<Sha256Digest>().ToImmutableArray();
        if (known.Length < hashes.Count)
            problem = $"'{text}' has a hash other than sha256, which no file can match here";
        // If no hash is known, no file can match: the default digest is nobody's.
        return new Constraint(
            text, requirement.Project, requirement.Specifier, requirement.Marker is not null,
            hashes.Count > 0 && known.IsEmpty ? [default] : known);
    }

    /// <summary>
    /// Of a line that cannot be read, the name may be known. Then all of its project is hidden: the line was meant to
    /// forbid something.
    /// </summary>
    static Constraint? TryReadName(string line, out string? problem)
    {
        if (FindName(line) is not { } project)
        {
            problem = $"'{Shortened(line)}' is not a requirement such as requests==2.31.0, and constrains nothing";
            return null;
        }
        problem = $"'{Shortened(line)}' is not a requirement such as {project}==1.0, so all of '{project}' is hidden";
        return Nothing(line, project);
    }

    /// <summary>
    /// Finds the project that a line means: the one before an operator, or of the file or the fragment in a URL or path,
    /// or else the first text that can be a name, whatever stands before it.
    /// </summary>
    static ProjectName? FindName(string line)
    {
        if (Egg.Match(line) is { Success: true } egg && ProjectName.TryParse(egg.Groups[1].Value, out var named))
            return named;
        if (FindCompared(line) is { } compared)
            return compared;
        if (DistributionFileName.TryParse(line, out var bare))
            return bare.Project;
        if (line.Contains("://", StringComparison.Ordinal) || line.StartsWith("file:", StringComparison.Ordinal)
            || line[0] is '/' or '.' or '~')
        {
            var path = line.Split('?', '#')[0];
            var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
            return DistributionFileName.TryParse(name, out var file) ? file.Project : null;
        }
        return ProjectName.TryParse(Name.Match(line).Value, out var project) ? project : null;
    }

    /// <summary>Finds the project before the first operator. It is looked for backwards, in linear time.</summary>
    static ProjectName? FindCompared(string line)
    {
        if (Operator.Match(line) is not { Success: true, Index: var end })
            return null;
        var before = line.AsSpan(0, end).TrimEnd();
        if (before is [.., ']'] && before.LastIndexOf('[') is >= 0 and var extras)
            before = before[..extras].TrimEnd();
        var name = before[(before.LastIndexOfAnyExcept(_nameCharacters) + 1)..].Trim("._-");
        return ProjectName.TryParse(name, out var project) ? project : null;
    }

    /// <summary>The constraint that no file of a project meets.</summary>
    static Constraint Nothing(string line, ProjectName project) =>
        new(line, project, SpecifierSet.Empty, IsConditional: false, [default]);

    static Sha256Digest? GetDigest(string hash) =>
        hash.StartsWith("sha256:", StringComparison.Ordinal)
        && Sha256Digest.TryParse(hash.AsSpan("sha256:".Length), out var digest) ? digest : null;

    [GeneratedRegex(@"[A-Za-z0-9]+([._-]+[A-Za-z0-9]+)*", RegexOptions.CultureInvariant)]
    static partial Regex Name { get; }

    /// <summary>The operators of PEP 440 that compare; <c>===</c> begins with one.</summary>
    [GeneratedRegex("[=~!]=|[<>]", RegexOptions.CultureInvariant)]
    static partial Regex Operator { get; }

    /// <summary>An item of a list without the space after its dash.</summary>
    [GeneratedRegex(@"^--?[A-Za-z0-9._-]{2,100}\s*(?:[=~!]=|[<>])", RegexOptions.CultureInvariant)]
    static partial Regex Dashed { get; }

    /// <summary>The name that pip reads from the fragment of a URL.</summary>
    [GeneratedRegex(@"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)", RegexOptions.CultureInvariant)]
    static partial Regex Egg { get; }

    static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
