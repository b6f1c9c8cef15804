namespace TestRunner;

/// <summary>What one run of a test host brought.</summary>
/// <param name="Assembly">The name of the test assembly.</param>
/// <param name="Cases">The results of its tests.</param>
/// <param name="Problem">
/// Why the run is no proof, whatever its tests say: a crash, no test, a failure outside of a test; null if it is one.
/// </param>
/// <param name="Seconds">How long it took.</param>
public sealed record HostRun(string Assembly, IReadOnlyList<TestCase> Cases, string? Problem, double Seconds)
{
    /// <summary>The tests that failed.</summary>
    public IEnumerable<TestCase> Failed => Cases.Where(test => test.Outcome == TestOutcome.Failed);

    /// <summary>How many tests ended in this way.</summary>
    public int Count(TestOutcome outcome) => Cases.Count(test => test.Outcome == outcome);

    /// <summary>Judges what a host left behind.</summary>
    /// <param name="assembly">The name of the test assembly.</param>
    /// <param name="exitCode">Its exit status: 2 if a test failed.</param>
    /// <param name="cases">The results in its report; empty without a report.</param>
    /// <param name="errors">The errors in its report that belong to no test.</param>
    /// <param name="output">What it wrote to the console: of a host that hung, the tests that ran.</param>
    /// <param name="seconds">How long it took.</param>
    public static HostRun From(
        string assembly, int exitCode, IReadOnlyList<TestCase> cases, IReadOnlyList<string> errors, string output,
        double seconds)
    {
        var expected = cases.Any(test => test.Outcome == TestOutcome.Failed) ? 2 : 0;
        var reason = errors.Count > 0 ? string.Join('\n', errors)
            : cases.Count == 0 ? "no test ran."
            : exitCode != expected ? $"it ended with status {exitCode} in place of {expected}."
            : null;
        return new HostRun(assembly, cases, reason is null ? null : $"{assembly}: {reason}\n{output}", seconds);
    }
}
