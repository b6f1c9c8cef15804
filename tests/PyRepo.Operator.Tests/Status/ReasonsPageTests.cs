using System.Text.RegularExpressions;

namespace PyRepo.Operator.Tests.Status;

/// <summary><c>docs/operator.md</c> explains every reason that a condition can have.</summary>
public sealed partial class ReasonsPageTests
{
    [Fact]
    public void The_page_has_a_row_for_every_reason_and_no_other() => Assert.Equal(
        ReasonsInSource().Distinct().Order(StringComparer.Ordinal),
        Row.Matches(File.ReadAllText(SourceTree.At("docs", "operator.md"))).Select(row => row.Groups["reason"].Value)
            .Distinct().Order(StringComparer.Ordinal));

    static IEnumerable<string> ReasonsInSource() =>
        from folder in new[] { "Status", "Manifests" }
        from file in Directory.EnumerateFiles(SourceTree.At("src", "PyRepo.Operator", folder), "*.cs")
        from Match use in Reason.Matches(File.ReadAllText(file))
        select use.Groups["reason"].Value;

    [GeneratedRegex("""^\| `(?<reason>[A-Z]\w+)` \| `""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Row { get; }

    /// <summary>
    /// <c>Stalled("Reason"</c>, <c>new Rejection("Reason"</c>, <c>Set(Type, "True", "Reason"</c>, and the constants
    /// that these use.
    /// </summary>
    [GeneratedRegex(
        """(?:(?:Stalled|Pending|Rejection)\(\s*"|Set\([\w.]+, "(?:True|False|Unknown)",\s*"|const string (?:Reason = "|WriteFailed = nameof\())(?<reason>[A-Z]\w+)""",
        RegexOptions.CultureInvariant)]
    static partial Regex Reason { get; }
}
