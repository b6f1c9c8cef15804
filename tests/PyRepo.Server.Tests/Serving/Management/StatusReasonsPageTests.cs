using PyRepo.Resources.Problems;
using PyRepo.Resources.Reports;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Management;

/// <summary><c>docs/operations.md</c> has the reasons of <c>/status</c>.</summary>
public sealed class StatusReasonsPageTests
{
    [Fact]
    public void The_page_has_every_reason_of_a_problem_and_no_other() => Assert.Equal(
        Enum.GetNames<ProblemReason>().Order(StringComparer.Ordinal), GetReasons("A problem or an invalid reference"));

    [Fact]
    public void The_page_has_every_reason_of_a_repository_and_no_other() => Assert.Equal(
        Enum.GetNames<UnavailableReason>().Order(StringComparer.Ordinal), GetReasons("A repository"));

    static IEnumerable<string> GetReasons(string what) =>
        Assert.Single(
                File.ReadAllLines(SourceTree.At("docs", "operations.md")),
                line => line.StartsWith($"| {what} | `", StringComparison.Ordinal))
            .Split('`').Where((_, index) => index % 2 == 1).Order(StringComparer.Ordinal);
}
