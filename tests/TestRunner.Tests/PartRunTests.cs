namespace TestRunner.Tests;

public sealed class PartRunTests
{
    readonly List<(string Program, string Filter)> _runs = [];

    [Fact]
    public async Task A_failed_test_runs_once_more_alone()
    {
        await RunAsync(filter => filter.Length == 0
            ? RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds"), RunOf.Passed("Shop.CartTests.Removes"))
            : RunOf.Tests(RunOf.Passed("Shop.CartTests.Adds")));
        Assert.Equal([("Shop", ""), ("Shop", "--filter-method Shop.CartTests.Adds")], _runs);
    }

    [Fact]
    public async Task The_failed_rows_of_a_theory_run_once_more_together()
    {
        await RunAsync(_ =>
            RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds", "(n: 1)"), RunOf.Failed("Shop.CartTests.Adds", "(n: 2)")));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task A_test_that_passes_on_retry_counts_as_passed()
    {
        var part = await RunAsync(filter => filter.Length == 0
            ? RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds"))
            : RunOf.Tests(RunOf.Passed("Shop.CartTests.Adds")));
        Assert.Equal(["CartTests.Adds (It is red.)"], part.SecondTry);
        Assert.Empty(part.Failed);
        Assert.Equal(1, part.Passed);
    }

    [Fact]
    public async Task A_test_that_fails_twice_has_failed()
    {
        var part = await RunAsync(_ => RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds")));
        Assert.Equal(["CartTests.Adds"], part.Failed);
        Assert.Empty(part.SecondTry);
    }

    [Fact]
    public async Task A_test_whose_theory_fails_in_another_row_on_retry_has_failed()
    {
        var part = await RunAsync(filter => filter.Length == 0
            ? RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds", "(n: 1)"), RunOf.Passed("Shop.CartTests.Adds", "(n: 2)"))
            : RunOf.Tests(
                RunOf.Passed("Shop.CartTests.Adds", "(n: 1)"), RunOf.Failed("Shop.CartTests.Adds", "(n: 2)")));
        Assert.Equal(["CartTests.Adds(n: 1)"], part.Failed);
    }

    [Fact]
    public async Task A_test_that_waited_for_its_whole_deadline_does_not_run_again()
    {
        var part = await RunAsync(filter => filter.Length == 0
            ? RunOf.Tests(
                RunOf.TimedOut("Shop.CartTests.Adds", "(n: 1)"), RunOf.Failed("Shop.CartTests.Adds", "(n: 2)"),
                RunOf.Failed("Shop.CartTests.Removes"))
            : RunOf.Tests(RunOf.Passed("Shop.CartTests.Removes")));
        Assert.Equal([("Shop", ""), ("Shop", "--filter-method Shop.CartTests.Removes")], _runs);
        Assert.Equal(["CartTests.Adds(n: 1)", "CartTests.Adds(n: 2)"], part.Failed);
    }

    [Fact]
    public async Task A_host_that_crashes_on_retry_fails_the_part()
    {
        var part = await RunAsync(filter => filter.Length == 0
            ? RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds"))
            : RunOf.Tests(RunOf.Passed("Shop.CartTests.Adds")) with { Problem = "It crashed." });
        Assert.Equal(["CartTests.Adds"], part.Failed);
        Assert.Equal(["It crashed."], part.Problems);
    }

    [Fact]
    public async Task When_too_many_tests_fail_none_runs_again()
    {
        var part = await RunAsync(_ => RunOf.Tests(
            [.. Enumerable.Range(0, PartRun.MaxRetries + 1).Select(n => RunOf.Failed($"Shop.CartTests.Adds_{n}"))]));
        Assert.Single(_runs);
        Assert.Equal(PartRun.MaxRetries + 1, part.Failed.Count);
    }

    Task<PartResult> RunAsync(Func<string, HostRun> host) => new PartRun(
        (program, options) =>
        {
            var filter = string.Join(' ', options);
            _runs.Add((program, filter));
            return Task.FromResult(host(filter));
        },
        _ => { }).RunAsync("unit", ["Shop"], [], atATime: 1);
}
