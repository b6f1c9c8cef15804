namespace TestRunner.Tests;

public sealed class RunSummaryTests
{
    const string Reason = "The test assets are missing.";

    static readonly HostRun _green = RunOf.Tests(RunOf.Passed("Shop.CartTests.Adds"));

    [Fact]
    public void A_run_whose_tests_all_pass_is_green()
    {
        var run = Summary([_green]);
        Assert.True(run.IsGreen);
        Assert.Equal(["1 passed, 0 failed, 0 skipped"], run.Lines());
    }

    [Fact]
    public void A_run_without_a_test_is_red_and_says_so()
    {
        var run = new RunSummary([], mayBeSkipped: true);
        Assert.False(run.IsGreen);
        Assert.Equal(["failed: no test passed", "0 passed, 0 failed, 0 skipped"], run.Lines());
    }

    [Fact]
    public void A_run_with_a_failed_test_is_red_and_names_it()
    {
        var run = Summary([RunOf.Tests(RunOf.Passed("Shop.CartTests.Removes"), RunOf.Failed("Shop.CartTests.Adds"))]);
        Assert.False(run.IsGreen);
        Assert.Equal(["failed: CartTests.Adds", "1 passed, 1 failed, 0 skipped"], run.Lines());
    }

    [Fact]
    public void A_run_with_a_problem_is_red_whatever_passed()
    {
        var run = Summary([_green with { Problem = "Shop.Tests: no test ran.\nthe output" }]);
        Assert.False(run.IsGreen);
        Assert.Equal(
            ["failed: Shop.Tests: no test ran.", "    the output", "1 passed, 0 failed, 0 skipped"], run.Lines());
    }

    [Fact]
    public void A_test_that_passed_only_on_retry_has_its_own_line()
    {
        var run = Summary([RunOf.Tests(RunOf.Failed("Shop.CartTests.Adds"))], [_green]);
        Assert.True(run.IsGreen);
        Assert.Equal(
            ["1 passed only at the second try: CartTests.Adds (It is red.)", "1 passed, 0 failed, 0 skipped"],
            run.Lines());
    }

    [Fact]
    public void A_skipped_test_turns_the_run_red_only_where_none_may_be_skipped()
    {
        HostRun[] runs = [_green, RunOf.Tests(RunOf.Skipped("Shop.CartTests.Ships", Reason))];
        Assert.True(Summary(runs).IsGreen);
        var strict = new RunSummary([PartResult.From("unit", runs, [])], mayBeSkipped: false);
        Assert.False(strict.IsGreen);
        Assert.Equal(
            ["failed: no test may be skipped here: CartTests.Ships", "1 passed, 0 failed, 1 skipped"], strict.Lines());
    }

    [Fact]
    public void A_part_that_ran_without_assets_may_skip_where_no_other_may()
    {
        var part = PartResult.From("later", [_green, RunOf.Tests(RunOf.Skipped("Shop.CartTests.Ships", Reason))], []);
        var strict = new RunSummary([part with { MayBeSkipped = true }], mayBeSkipped: false);
        Assert.True(strict.IsGreen);
        Assert.Equal(["1 passed, 0 failed, 1 skipped"], strict.Lines());
    }

    [Fact]
    public void Tests_skipped_for_the_same_reason_share_one_line()
    {
        var part = PartResult.From("unit",
            [RunOf.Tests(RunOf.Skipped("A.B.C", Reason), RunOf.Skipped("A.B.D", "No root.")), RunOf.Tests(
                RunOf.Skipped("A.B.E", Reason))], []);
        Assert.Equal([$"2 skipped: {Reason}", "1 skipped: No root."], RunSummary.SkippedLines(part));
    }

    [Fact]
    public void The_parts_of_a_run_survive_their_file()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = new PartsFolder(Path.Combine(folder.FullName, "parts"));
        Assert.Empty(file.Read());
        file.Add(PartResult.From("unit", [_green], []));
        file.Add(PartResult.From("server", [RunOf.Tests(RunOf.Skipped("A.B.C", Reason))], []));
        Assert.Equal(["1 passed, 0 failed, 1 skipped"], new RunSummary(file.Read(), mayBeSkipped: true).Lines());
        folder.Delete(recursive: true);
    }

    static RunSummary Summary(HostRun[] runs, HostRun[]? retries = null) =>
        new([PartResult.From("unit", runs, retries ?? [])], mayBeSkipped: true);
}
