namespace TestRunner.Tests;

public sealed class HostRunTests
{
    static readonly TestCase _passed = RunOf.Passed("Shop.CartTests.Adds");
    static readonly TestCase _failed = RunOf.Failed("Shop.CartTests.Adds");

    [Fact]
    public void A_host_whose_tests_all_pass_has_no_problem() => Assert.Null(Run(0, [_passed]).Problem);

    [Fact]
    public void A_failed_test_explains_the_exit_status() => Assert.Null(Run(2, [_failed]).Problem);

    [Fact]
    public void A_host_that_ran_no_test_is_a_problem() => AssertProblem("no test ran.", Run(8, []));

    [Theory]
    [InlineData(2)]
    [InlineData(134)]
    public void An_exit_status_that_no_failed_test_explains_is_a_problem(int exitCode) =>
        AssertProblem($"it ended with status {exitCode} in place of 0.", Run(exitCode, [_passed]));

    [Fact]
    public void A_crash_is_a_problem_even_if_a_test_failed_before_it() =>
        AssertProblem("it ended with status 134 in place of 2.", Run(134, [_failed]));

    [Fact]
    public void A_failure_outside_of_a_test_is_a_problem_even_if_a_test_failed() =>
        AssertProblem("a fixture\nanother", Run(2, [_failed], "a fixture", "another"));

    static void AssertProblem(string reason, HostRun run) =>
        Assert.Equal($"Shop.Tests: {reason}\nthe output", run.Problem);

    static HostRun Run(int exitCode, IReadOnlyList<TestCase> cases, params string[] errors) =>
        HostRun.From("Shop.Tests", exitCode, cases, errors, "the output", 1);
}
