using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>docs/bar.md names tests. Each exists, in the part of the run that it is listed under.</summary>
public sealed partial class BarTests
{
    const int Behaviors = 30;

    static readonly ILookup<string, string> _parts = (
        from file in SourceTree.Files("tests", "Tests.cs")
        let type = Path.GetFileNameWithoutExtension(file)
        from method in Method().Matches(SourceTree.Read(file))
        select (Test: $"{type}.{method.Groups["name"].Value}", Part: GetPart(file)))
        .ToLookup(test => test.Test, test => test.Part);

    static IReadOnlyList<string[]> Rows { get; } =
    [
        .. SourceTree.Read("docs/bar.md").Split('\n').Where(line => Row().IsMatch(line))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    [Fact]
    public void Each_behavior_has_a_row_with_tests_or_says_what_is_not_shown()
    {
        Assert.Equal(Enumerable.Range(1, Behaviors).Select(number => $"{number}"), Rows.Select(row => row[0]));
        Assert.All(Rows, row =>
        {
            Assert.Equal(4, row.Length);
            Assert.True(FindTests(row[2]).Any() || row[3].Length > 0, row[1]);
        });
    }

    [Fact]
    public void Each_test_that_is_named_exists_in_the_part_that_is_named() => Assert.Empty(
        from row in Rows
        from named in FindTests(row[2])
        where !_parts[named.Test].Contains(named.Part)
        select $"{row[0]}: {named.Part}: {named.Test}");

    [Fact]
    public void Whatever_a_row_says_about_tests_is_understood() => Assert.All(Rows, row =>
        Assert.Equal(row[2], string.Join("; ", FindTests(row[2]).GroupBy(named => named.Part).Select(part =>
            $"{part.Key}: {string.Join(", ", part.Select(named => $"`{named.Test}`"))}"))));

    /// <summary>A test of its own would fail on a busy machine.</summary>
    [Theory]
    [InlineData("visits that find nothing to do, p99")]
    [InlineData("apply to Ready, on a volume, the image on the node")]
    public void The_speed_of_a_reconcile_is_measured_and_published(string what)
    {
        var row = Assert.Single(
            SourceTree.Read("bench/RESULTS.md").Split('\n'),
            line => line.StartsWith('|') && line.Split('|')[1].Contains(what, StringComparison.Ordinal));
        Assert.Contains("| met |", row, StringComparison.Ordinal);
    }

    static IEnumerable<(string Part, string Test)> FindTests(string cell) =>
        from listed in cell.Split("; ")
        let part = listed.Split(": ")[0]
        from name in Name().Matches(listed)
        select (part, name.Groups["test"].Value);

    /// <summary>As <c>dev</c> divides the tests.</summary>
    static string GetPart(string file) => file.Split('/') switch
    {
        [_, "PyRepo.Operator.Tests", ..] => "operator",
        [_, "EndToEnd", "Serving", ..] => "server",
        [_, "EndToEnd", "Proxying", ..] => "proxies",
        [_, "EndToEnd", "Cluster" or "FromEmpty" or "GitOps", ..] => "cluster",
        [_, "EndToEnd", var folder, ..] => folder.ToLowerInvariant(),
        _ => "unit",
    };

    [GeneratedRegex(@"^\| [0-9]+ \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<test>[A-Z]\\w*Tests\\.\\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (?<name>\w+_\w+)\(")]
    private static partial Regex Method();
}
