namespace TestRunner;

/// <summary>What one run of a test host brought.</summary>
/// <param name="Assembly">The name of the test assembly.</param>
/// <param name="Cases">The results of its tests.</param>
/// <param name="Problems">
/// Why the run is no proof, whatever its tests say: a crash, no test, a failure outside of a test.
/// </param>
/// <param name="Seconds">How long it took.</param>
public sealed record HostRun(
    string Assembly, IReadOnlyList<TestCase> Cases, IReadOnlyList<string> Problems, double Seconds)
{
    /// <summary>The tests that failed.</summary>
    public IEnumerable<TestCase> Failed => Cases.Where(test => test.Outcome == TestOutcome.Failed);

    /// <summary>How many tests ended in this way.</summary>
    public int Count(TestOutcome outcome) => Cases.Count(test => test.Outcome == outcome);

    /// <summary>Judges what a host left behind.</summary>
    /// <param name="assembly">The name of the test assembly.</param>
    /// <param name="exitCode">The exit status of <c>dotnet test</c>.</param>
    /// <param name="cases">The results in its log; empty without a log.</param>
    /// <param name="errors">The errors in its log that belong to no test.</param>
    /// <param name="output">What it wrote to the console.</param>
    /// <param name="seconds">How long it took.</param>
    public static HostRun Of(
        string assembly, int exitCode, IReadOnlyList<TestCase> cases, IReadOnlyList<string> errors, string output,
        double seconds)
    {
        var problems = errors.Select(error => $"{assembly}: {error}{UnfinishedIn(output)}").ToList();
        if (cases.Count == 0 && errors.Count == 0)
            problems.Add($"{assembly}: no test ran.\n{output}");
        else if (exitCode != 0 && errors.Count == 0 && cases.All(test => test.Outcome != TestOutcome.Failed))
            problems.Add($"{assembly}: dotnet test ended with status {exitCode}, although no test failed.\n{output}");
        return new HostRun(assembly, cases, problems, seconds);
    }

    /// <summary>The tests that ran when a host crashed or was ended because it hung; its log does not name them.</summary>
    static string UnfinishedIn(string output) => string.Concat(output.Split('\n')
        .SkipWhile(line => !line.Contains("running when the crash occurred", StringComparison.Ordinal))
        .Select(line => $"\n{line.TrimEnd()}"));
}
