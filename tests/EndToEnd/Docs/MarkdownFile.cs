using System.Text.RegularExpressions;

namespace EndToEnd.Docs;

/// <summary>A Markdown file of the repository, as a forge shows it.</summary>
/// <param name="Path">Its path below the root.</param>
/// <param name="Anchors">What a link can lead to in it.</param>
/// <param name="Links">Where its links and pictures lead.</param>
/// <param name="Diagrams">Its diagrams, in Mermaid's language.</param>
sealed partial record MarkdownFile(
    string Path, IReadOnlySet<string> Anchors, IReadOnlyList<string> Links, IReadOnlyList<string> Diagrams)
{
    /// <summary>All that a reader of the repository may open.</summary>
    public static IReadOnlyDictionary<string, MarkdownFile> All { get; } =
        SourceTree.Files("", ".md").Select(Read).ToDictionary(file => file.Path);

    static MarkdownFile Read(string path)
    {
        var whole = SourceTree.Read(path);
        var prose = Comment().Replace(Fence().Replace(whole, ""), "");
        var anchors = new HashSet<string>(
            Explicit().Matches(prose).Select(match => match.Groups[1].Value), StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(prose))
            anchors.Add(Distinct(anchors, Slug(heading.Groups[1].Value)));
        var withoutCode = Code().Replace(prose, "");
        return new(
            path, anchors,
            [.. Link().Matches(withoutCode).Select(match => match.Groups[1].Value)],
            [.. Diagram().Matches(whole).Select(match => match.Groups[1].Value)]);
    }

    /// <summary>Headings of the same name are told apart by a number.</summary>
    static string Distinct(HashSet<string> anchors, string slug) => anchors.Contains(slug)
        ? Enumerable.Range(1, int.MaxValue).Select(number => $"{slug}-{number}").First(name => !anchors.Contains(name))
        : slug;

    static string Slug(string heading) =>
        Dropped().Replace(LinkText().Replace(heading, "$1").Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("^ *```.*?^ *```[ \t]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("^```mermaid\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Diagram();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex("^#{1,6} +(.+?) *#*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("<a (?:id|name)=\"([^\"]+)\"")]
    private static partial Regex Explicit();

    [GeneratedRegex(@"(?:\]\(|^\[[^\]]+\]: *)([^)\s]+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{M}\p{N}\p{Pc}\- ]")]
    private static partial Regex Dropped();
}
