namespace TestRunner.Tests;

public sealed class HostRunTests
{
    static readonly TestCase _passed = RunOf.Passed("Shop.CartTests.Adds");
    static readonly TestCase _failed = RunOf.Failed("Shop.CartTests.Adds");

    [Fact]
    public void A_host_whose_tests_all_pass_is_no_problem() => Assert.Empty(Run(0, [_passed]).Problems);

    [Fact]
    public void A_failed_test_explains_the_exit_status() => Assert.Empty(Run(1, [_failed]).Problems);

    [Fact]
    public void A_host_that_ran_no_test_is_a_problem() =>
        Assert.Contains("no test ran", Assert.Single(Run(0, []).Problems), StringComparison.Ordinal);

    [Fact]
    public void An_exit_status_that_no_failed_test_explains_is_a_problem() =>
        Assert.Contains("status 134", Assert.Single(Run(134, [_passed]).Problems), StringComparison.Ordinal);

    [Fact]
    public void A_crash_is_a_problem_even_if_a_test_failed_before_it() =>
        Assert.Contains("crashed", Assert.Single(Run(1, [_failed], "Test host process crashed").Problems),
            StringComparison.Ordinal);

    [Fact]
    public void A_crash_names_the_tests_that_ran()
    {
        const string Output = """
            Test Run Aborted.
            The test running when the crash occurred:
            Shop.CartTests.Hangs
            """;
        var run = HostRun.Of("Shop.Tests", 1, [_passed], ["Test host process crashed"], Output, 1);
        Assert.EndsWith("\nShop.CartTests.Hangs", Assert.Single(run.Problems), StringComparison.Ordinal);
    }

    static HostRun Run(int exitCode, IReadOnlyList<TestCase> cases, params string[] errors) =>
        HostRun.Of("Shop.Tests", exitCode, cases, errors, "", 1);
}
