using System.Buffers;
using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Policies;

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
        foreach (var (number, line) in LogicalLines(text.TrimStart('\uFEFF')))
        {
            if (TryRead(line, out var problem) is { } constraint)
                constraints.Add(constraint);
            if (problem is not null)
                found.Add($"line {number}: {problem}");
        }
        problems = found.ToImmutable();
        return constraints.ToImmutable();
    }

    static Constraint? TryRead(string line, out string? problem)
    {
        problem = null;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var options = words.SkipWhile(w => !w.StartsWith("--", StringComparison.Ordinal)).ToList();
        var requirementText = string.Join(' ', words.Take(words.Length - options.Count));
        if (requirementText.Length == 0 || requirementText.StartsWith('-'))
        {
            problem = line.Length == 0 ? null : $"'{Shortened(line)}' is an option, which has no effect here";
            return null;
        }
        if (!Requirement.TryParse(requirementText, out var requirement))
            return TryReadName(requirementText, out problem);
        if (requirement.Url is not null)
        {
            problem = $"'{Shortened(requirementText)}' has a URL, and no effect: only versions can be constrained";
            return null;
        }
        var hashes = HashesIn(options);
        var known = hashes.Select(DigestOf).OfType<Sha256Digest>().ToImmutableArray();
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

    /// <summary>Returns the values of <c>--hash=VALUE</c> and <c>--hash VALUE</c>.</summary>
    static List<string> HashesIn(List<string> options) =>
    [
        .. options.Where(o => o.StartsWith("--hash=", StringComparison.Ordinal)).Select(o => o["--hash=".Length..]),
        .. options.Index().Where(o => o.Item == "--hash").Select(o => options.ElementAtOrDefault(o.Index + 1) ?? ""),
    ];

    static Sha256Digest? DigestOf(string hash) =>
        hash.StartsWith("sha256:", StringComparison.Ordinal)
        && Sha256Digest.TryParse(hash.AsSpan("sha256:".Length), out var digest) ? digest : null;

    /// <summary>Joins continued lines, and removes comments: <c>#</c> at the start or after white space.</summary>
    static IEnumerable<(int Number, string Line)> LogicalLines(string text)
    {
        var (number, first) = (0, 0);
        var joined = "";
        foreach (var raw in text.Split('\n').Append(""))
        {
            number++;
            var line = WithoutComment(raw.TrimEnd('\r'));
            if (joined.Length == 0)
                first = number;
            if (line.EndsWith('\\'))
            {
                joined += line[..^1] + " ";
                continue;
            }
            yield return (first, (joined + line).Trim());
            joined = "";
        }
    }

    static string WithoutComment(string line)
    {
        for (var i = line.IndexOf('#', StringComparison.Ordinal); i >= 0; i = line.IndexOf('#', i + 1))
        {
            if (i == 0 || char.IsWhiteSpace(line[i - 1]))
                return line[..i];
        }
        return line;
    }

    static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
