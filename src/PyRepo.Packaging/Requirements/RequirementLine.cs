using System.Text;
using System.Text.RegularExpressions;

namespace PyRepo.Packaging.Requirements;

/// <summary>
/// A line of a <see href="https://pip.pypa.io/en/stable/reference/requirements-file-format/">requirements file</see>,
/// joined with its continuations, without its comment.
/// </summary>
/// <param name="Number">The number of its first line.</param>
/// <param name="Text">The text; never empty.</param>
public sealed partial record RequirementLine(int Number, string Text)
{
    const string Hash = "--hash";

    /// <summary>Returns the lines of a file, joined as pip joins them. A byte order mark is no part of them.</summary>
    public static IEnumerable<RequirementLine> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (number, first) = (0, 0);
        var joined = new StringBuilder();
        foreach (var line in LineEnd.Split(text.TrimStart('\uFEFF')))
        {
            number++;
            if (joined.Length == 0)
                first = number;
            var isComment = line.AsSpan().TrimStart().StartsWith("#");
            if (line.EndsWith('\\') && !isComment)
            {
                joined.Append(line.AsSpan(0, line.Length - 1)).Append(' ');
                continue;
            }
            var whole = WithoutComment(joined.Append(isComment ? " " : "").Append(line).ToString());
            joined.Clear();
            if (whole.Length > 0)
                yield return new(first, whole);
        }
        if (WithoutComment(joined.ToString()) is { Length: > 0 } last)
            yield return new(first, last);
    }

    /// <summary>The requirement: what stands before the first option.</summary>
    public string Requirement => OptionStart.Match(Text) is { Success: true, Index: var start } ? Text[..start] : Text;

    /// <summary>The words of the options that stand after the requirement.</summary>
    public IReadOnlyList<string> Options => Text[Requirement.Length..].Split(
        (char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The values of <c>--hash=VALUE</c> and <c>--hash VALUE</c>: <c>sha256:…</c>.</summary>
    public IEnumerable<string> Hashes
    {
        get
        {
            var options = Options;
            for (var i = 0; i < options.Count; i++)
            {
                if (options[i].StartsWith(Hash + "=", StringComparison.Ordinal))
                    yield return options[i][(Hash.Length + 1)..];
                else if (options[i] == Hash && i + 1 < options.Count)
                    yield return options[++i];
            }
        }
    }

    static string WithoutComment(string line) => Comment.Replace(line, "").Trim();

    /// <summary>
    /// The ends of lines for Python's <see href="https://docs.python.org/3/library/stdtypes.html#str.splitlines">
    /// splitlines</see>, with which pip reads the file.
    /// </summary>
    [GeneratedRegex(@"\r\n|[\n\r\v\f\x1C-\x1E\x85\u2028\u2029]", RegexOptions.CultureInvariant)]
    static partial Regex LineEnd { get; }

    [GeneratedRegex(@"(^|\s)#.*$", RegexOptions.CultureInvariant)]
    static partial Regex Comment { get; }

    [GeneratedRegex(@"(^|\s)--?[A-Za-z]", RegexOptions.CultureInvariant)]
    static partial Regex OptionStart { get; }
}
