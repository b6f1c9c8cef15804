using System.Text.RegularExpressions;

namespace PyRepo.Release.Notes;

/// <summary>The part of <c>CHANGELOG.md</c> about one version.</summary>
/// <param name="Heading">The heading that it is below.</param>
/// <param name="Text">All of it.</param>
sealed partial record Changelog(string Heading, string Text)
{
    const string Unreleased = "Unreleased";

    /// <summary>Whether the version has no heading of its own yet.</summary>
    public bool IsUnreleased => Heading == Unreleased;

    /// <summary>The changes, each with Artifact Hub's word for its kind and its first sentence.</summary>
    public IReadOnlyList<Change> Changes =>
    [
        .. from part in Parts().Split(Text).Skip(1).Chunk(2)
           let kind = part[0].Trim().ToLowerInvariant()
           from Match item in Items().Matches(part[1])
           select new Change(kind, FirstSentence(Folded().Replace(item.Groups["text"].Value, " ").Trim())),
    ];

    /// <summary>Finds the part of a version: <c>## 1.2.3</c>, perhaps with a date; else what is unreleased.</summary>
    /// <exception cref="FormatException">There is neither.</exception>
    public static Changelog Read(string text, string version)
    {
        var sections = Sections().Split(text).Skip(1).Chunk(2)
            .Select(section => new Changelog(section[0].Trim(), section[1].Trim() + "\n")).ToList();
        return sections.Find(section => section.Heading.Split(' ')[0].Trim('[', ']') == version)
            ?? sections.Find(section => section.IsUnreleased)
            ?? throw new FormatException($"CHANGELOG.md has neither '## {version}' nor '## {Unreleased}'");
    }

    /// <summary>A dot ends a sentence only before a space and a capital, so that names of files stay whole.</summary>
    static string FirstSentence(string text) => SentenceEnd().Match(text) is { Success: true } end
        ? text[..(end.Index + 1)] : text;

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Sections();

    [GeneratedRegex(@"^### (.+)$", RegexOptions.Multiline)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^- (?<text>.*(?:\n(?!- |#|\n).*)*)", RegexOptions.Multiline)]
    private static partial Regex Items();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Folded();

    [GeneratedRegex(@"\.(?= [A-Z`])")]
    private static partial Regex SentenceEnd();
}

/// <summary>One change.</summary>
/// <param name="Kind"><c>added</c>, <c>changed</c>, <c>deprecated</c>, <c>removed</c>, <c>fixed</c> or <c>security</c>.</param>
/// <param name="Description">One sentence.</param>
sealed record Change(string Kind, string Description);
