namespace TestRunner;

/// <summary>
/// Runs a part: its test projects, some at a time, and then each failed test once more, while no other of the part does. A
/// test that waited for its whole deadline is not run again: it would only wait once more.
/// </summary>
/// <param name="host">What runs the program of a test project, all its tests or those that options select.</param>
/// <param name="report">Takes each line for the person who waits.</param>
public sealed class PartRun(Func<string, IReadOnlyList<string>, Task<HostRun>> host, Action<string> report)
{
    /// <summary>More failures than these are no bad luck: nothing runs again.</summary>
    public const int MaxRetries = 12;

    /// <summary>Runs the test projects of a part.</summary>
    /// <param name="name">The part's name.</param>
    /// <param name="programs">The paths of their programs, the slowest first.</param>
    /// <param name="filter">Which tests, as options of the programs; none: all of them.</param>
    /// <param name="atATime">How many programs run at a time.</param>
    public async Task<PartResult> RunAsync(
        string name, IReadOnlyList<string> programs, IReadOnlyList<string> filter, int atATime)
    {
        var runs = new HostRun[programs.Count];
        await Parallel.ForAsync(
            0, programs.Count, new ParallelOptions { MaxDegreeOfParallelism = atATime },
            async (index, _) => Report(runs[index] = await host(programs[index], filter)));
        var retries = await RetryAsync(programs, runs);
        return PartResult.From(name, runs, retries);
    }

    async Task<IReadOnlyList<HostRun>> RetryAsync(IReadOnlyList<string> programs, HostRun[] runs)
    {
        var failed = runs.SelectMany((run, index) => run.Failed.GroupBy(test => test.Method).Select(rows =>
            (Program: programs[index], Method: rows.Key, HasTimedOut: rows.Any(test => test.HasTimedOut)))).ToList();
        foreach (var late in failed.Where(test => test.HasTimedOut))
            report($"Not run again: {late.Method}. It timed out, and would only wait once more.");
        var methods = failed.Where(test => !test.HasTimedOut).ToList();
        if (methods.Count > MaxRetries)
        {
            report($"{methods.Count} test methods failed: too many to run each once more.");
            return [];
        }
        var retries = new List<HostRun>();
        foreach (var (program, method, _) in methods)
        {
            report($"Running {method} once more, alone in its part.");
            var retry = await host(program, ["--filter-method", method]);
            Report(retry);
            retries.Add(retry);
        }
        return retries;
    }

    void Report(HostRun run)
    {
        foreach (var test in run.Failed)
            report($"FAILED {test.Name}\n{Indent(test.Text)}");
        if (run.Problem is not null)
            report($"FAILED {run.Problem}");
        var (passed, failed, skipped) =
            (run.Count(TestOutcome.Passed), run.Count(TestOutcome.Failed), run.Count(TestOutcome.Skipped));
        report(FormattableString.Invariant(
            $"{run.Assembly}: {passed} passed, {failed} failed, {skipped} skipped, {run.Seconds:0} s"));
    }

    static string Indent(string text) => "    " + text.ReplaceLineEndings("\n    ");
}
