using System.Text;
using System.Text.RegularExpressions;

namespace PyRepo.Resources.Problems;

/// <summary>
/// Formats values for error messages: in quotes, on one line, truncated, and without the password of a URL.
/// </summary>
public static partial class Quote
{
    const int MaxTextLength = 100;

    /// <summary>The characters of a field path that are shown.</summary>
    internal const int MaxPathLength = 300;

    /// <summary><c>"ftp://x"</c></summary>
    public static string Text(string value) => $"\"{OneLine(UserInfo().Replace(value, "://…@"), MaxTextLength)}\"";

    /// <summary>A number or another word that needs no quotes.</summary>
    public static string Bare(string value) => OneLine(value, MaxTextLength);

    /// <summary>A field path, which may contain names from a document.</summary>
    public static string Path(string fieldPath) => OneLine(fieldPath, MaxPathLength);

    static string OneLine(string value, int maxLength)
    {
        if (value.Length <= maxLength && !value.Any(char.IsControl))
            return value;
        var output = new StringBuilder();
        foreach (var rune in value.AsSpan(0, Math.Min(value.Length, maxLength)).EnumerateRunes())
            output.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        return output.Append(value.Length > maxLength ? "…" : "").ToString();
    }

    [GeneratedRegex("://[^/@]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
