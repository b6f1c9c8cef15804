namespace TestRunner;

/// <summary>Runs a part: its assemblies, some at a time, and then each failed test once more, alone.</summary>
/// <param name="host">What runs an assembly.</param>
/// <param name="report">Takes each line for the person who waits.</param>
public sealed class PartRun(Func<string, string?, Task<HostRun>> host, Action<string> report)
{
    /// <summary>More failures than these are no bad luck: nothing runs again.</summary>
    public const int MaxRetries = 12;

    /// <summary>Runs the assemblies of a part.</summary>
    /// <param name="name">The part's name.</param>
    /// <param name="assemblies">Their paths, the slowest first.</param>
    /// <param name="filter">Which tests; null: all of them.</param>
    /// <param name="atATime">How many assemblies run at a time.</param>
    public async Task<PartResult> RunAsync(string name, IReadOnlyList<string> assemblies, string? filter, int atATime)
    {
        var runs = new HostRun[assemblies.Count];
        await Parallel.ForAsync(
            0, assemblies.Count, new ParallelOptions { MaxDegreeOfParallelism = atATime },
            async (index, _) => Report(runs[index] = await host(assemblies[index], filter)));
        var retries = await RetryAsync(assemblies, runs);
        return PartResult.Of(name, runs, retries);
    }

    async Task<IReadOnlyList<HostRun>> RetryAsync(IReadOnlyList<string> assemblies, HostRun[] runs)
    {
        var methods =
            runs.SelectMany((run, index) => run.Failed.Select(test => (Assembly: assemblies[index], test.Method)))
            .Distinct().ToList();
        if (methods.Count > MaxRetries)
        {
            report($"{methods.Count} tests failed: too many to run each once more.");
            return [];
        }
        var retries = new List<HostRun>();
        foreach (var (assembly, method) in methods)
        {
            report($"Running {method} once more, alone.");
            retries.Add(await host(assembly, $"FullyQualifiedName={Escape(method)}"));
        }
        return retries;
    }

    void Report(HostRun run)
    {
        foreach (var test in run.Failed)
            report($"FAILED {test.Name}\n{Indent(test.Text)}");
        foreach (var problem in run.Problems)
            report($"FAILED {problem}");
        report(FormattableString.Invariant(
            $"{run.Assembly}: {run.Count(TestOutcome.Passed)} passed, {run.Count(TestOutcome.Failed)} failed, {run.Count(TestOutcome.Skipped)} skipped, {run.Seconds:0} s"));
    }

    static string Indent(string text) => "    " + text.ReplaceLineEndings("\n    ");

    /// <summary>Escapes what the
    /// <see href="https://learn.microsoft.com/dotnet/core/testing/selective-unit-tests">filter's syntax</see> uses
    /// itself.</summary>
    static string Escape(string text) =>
        string.Concat(text.Select(c => @"\()&|=!~".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : $"{c}"));
}
