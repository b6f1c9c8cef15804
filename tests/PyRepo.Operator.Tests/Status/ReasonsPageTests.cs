using System.Reflection;
using System.Text.RegularExpressions;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Tests.Status;

/// <summary><c>docs/operator.md</c> explains every reason of conditions and events.</summary>
public sealed partial class ReasonsPageTests
{
    [Fact]
    public void The_page_has_one_row_for_every_reason_and_no_other() => Assert.Equal(
        Reasons.Order(StringComparer.Ordinal), Rows.Select(row => row.Reason).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_reason_is_in_use()
    {
        var sources = Directory
            .EnumerateFiles(SourceTree.At("src", "PyRepo.Operator"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();
        Assert.All(Reasons, reason => Assert.Contains(sources, s => Regex.IsMatch(s, $@"\bReason\.{reason}\b")));
    }

    [Fact]
    public void Every_row_says_in_what_condition_and_every_fault_has_a_remedy() => Assert.All(Rows, row =>
    {
        Assert.True(row.Conditions.Length > 0 || row.Told.StartsWith("an event, ", StringComparison.Ordinal), row.Told);
        Assert.All(row.Conditions, condition => Assert.Contains(condition.Type, _types));
        Assert.NotEqual("", row.Meaning);
        if (row.Told.Contains("False", StringComparison.Ordinal))
            Assert.NotEqual("", row.Remedy);
    });

    /// <summary>Ready, Stalled and Reconciling repeat the reasons of the other conditions.</summary>
    [Theory]
    [MemberData(nameof(ReadinessTests.Seen), MemberType = typeof(ReadinessTests))]
    public void The_page_says_which_status_a_condition_has(string seen, string reason, bool isFault)
    {
        var status = StatusWriter.Create(ReadinessFixture.From(seen), new ResourceStatus());
        var row = Assert.Single(Rows, row => row.Reason == reason);
        Assert.Contains(isFault ? "False" : "Unknown", row.Told, StringComparison.Ordinal);
        Assert.All(
            status.Conditions.Where(c => c.Type is not ("Ready" or "Stalled" or "Reconciling")),
            condition => Assert.Contains(
                (condition.Type, condition.Status!),
                Assert.Single(Rows, row => row.Reason == condition.Reason).Conditions));
    }

    static readonly string[] _types =
    [
        .. typeof(StatusConditions).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetValue(null)!),
    ];

    static IEnumerable<string> Reasons { get; } =
    [
        .. typeof(Reason).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)!.ToString()!),
    ];

    static IReadOnlyList<PageRow> Rows { get; } =
    [
        .. Row.Matches(File.ReadAllText(SourceTree.At("docs", "operator.md"))).Select(row => new PageRow(
            row.Groups["reason"].Value, row.Groups["told"].Value.Trim(), row.Groups["meaning"].Value.Trim(),
            row.Groups["remedy"].Value.Trim())),
    ];

    [GeneratedRegex(
        """^\| `(?<reason>[A-Z]\w+)` \|(?<told>(?: (?:`|an event)[^|]*))\|(?<meaning>[^|]*)\|(?<remedy>[^|]*)\|$""",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Row { get; }

    [GeneratedRegex(
        "`(?<type>[A-Z][A-Za-z]+)` (?<status>True|False|Unknown)(?: or (?<status>True|False|Unknown))?",
        RegexOptions.CultureInvariant)]
    static partial Regex ConditionAndStatus { get; }

    sealed record PageRow(string Reason, string Told, string Meaning, string Remedy)
    {
        public (string Type, string Status)[] Conditions { get; } =
        [
            .. from told in ConditionAndStatus.Matches(Told)
               from status in told.Groups["status"].Captures
               select (told.Groups["type"].Value, status.Value),
        ];
    }
}
