using System.Text;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>What somebody asks who chooses an index: some rows of the chapters, on one screen.</summary>
/// <param name="chapters">The chapters of the results, by their names.</param>
sealed partial class Summary(IReadOnlyDictionary<string, string> chapters)
{
    static readonly (string Question, Subject Chapter, string Scenario, string Row)[] _rows =
    [
        ("Pages of 2,000 projects, in random order", Subject.Server, "Pages in random order",
            "2,000 projects of 10 files, hosted"),
        ("The same with a password", Subject.Server, "Pages with a password",
            "2,000 projects of 10 files, HTTP Basic, sha512crypt"),
        ("Seven downloads of 850 MB at once", Subject.Server, "Downloads", "7 × 850 MB"),
        ("Seven uploads of 850 MB at once", Subject.Server, "Uploads", "7 × 850 MB, next to the same work"),
        ("Uploads of 10 KB, one after the other", Subject.Server, "Small uploads", "10 KB into a new project"),
        ("An upload of 256 MB into a bucket", Subject.Buckets, "Transfers to a bucket", "upload of 256 MB"),
        ("The first page from a far upstream", Subject.Server, "Proxies",
            "a page of 100 files that is not kept, far"),
        ("pip install of 20 projects that a proxy keeps", Subject.Server, "Proxies",
            "pip install of 20 projects that are kept, upstream far"),
        ("Pages of four replicas on one bucket, 0.1 of a core each", Subject.Scale, "Replicas on one bucket",
            "2,000 projects of 10 files, 4 of 0.1 processors"),
        ("From start to the first page, 20,000 files", Subject.Server, "Start",
            "exec to the first project page, 20,000 files"),
        ("The same in a bucket of 100,000 projects", Subject.Scale, "100,000 projects of 10 files in a bucket",
            "exec to the first page"),
        ("Memory of an idle server, 20,000 files", Subject.Server, "Start", "idle, 30 s after the index was read"),
        ("Memory of the operator, 1,000 resources", Subject.Operator, "Operator",
            "1,000 resources: resident memory at a steady state"),
        ("Pages, beside pypiserver", Subject.Server, "Peers", "pages, 10 files, HTML"),
        ("Pages of an upstream, beside proxpi", Subject.Server, "Peers", "pages of an upstream, 10 files, HTML"),
    ];

    /// <summary>Writes it as Markdown.</summary>
    public string Write()
    {
        var text = new StringBuilder("""
            | | pyrepo | beside | |
            |---|---|---|---|

            """);
        foreach (var (question, chapter, scenario, row) in _rows)
        {
            if (Find($"{chapter}", scenario, row) is [_, var measured, var reference, var value, ..])
                text.Append($"| {question} | {measured} | {reference} | {value} |\n");
        }
        return text.Append($"""

            {Describe(chapters)} A page at 20 µs of CPU is 50,000 pages a second and core. What each figure is, and what it is
            measured against, stands in its chapter. `./dev bench` repeats them, a chapter at a time: see
            [CONTRIBUTING.md](../CONTRIBUTING.md).

            """).ToString();
    }

    /// <summary>Says which commits the chapters measure.</summary>
    static string Describe(IReadOnlyDictionary<string, string> chapters)
    {
        var commits = chapters
            .Select(chapter => (Name: chapter.Key, Commit: Commit().Match(chapter.Value).Groups[1].Value))
            .GroupBy(chapter => chapter.Commit).OrderByDescending(group => group.Count()).ToArray();
        return commits is [var only]
            ? $"All chapters measure the commit {only.Key}."
            : string.Join("; ", commits.Select(group =>
                $"{string.Join(", ", group.Select(chapter => chapter.Name))}: commit {group.Key}")) + ".";
    }

    /// <summary>The cells of the first row of a name.</summary>
    string[]? Find(string chapter, string scenario, string row)
    {
        if (!chapters.TryGetValue(chapter, out var text))
            return null;
        return text.Split('\n').SkipWhile(line => !line.StartsWith($"| **{scenario}** |", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .FirstOrDefault(cells => cells[0] == row);
    }

    [GeneratedRegex(@"commit ([0-9a-f]+)")]
    private static partial Regex Commit();
}
