namespace TestRunner;

/// <summary>Judges a whole run.</summary>
/// <param name="parts">Its parts.</param>
/// <param name="mayBeSkipped">Whether a test may be skipped: on a machine without the test assets.</param>
public sealed class RunSummary(IReadOnlyList<PartResult> parts, bool mayBeSkipped)
{
    const int MaxOutputLines = 20;

    int Passed => parts.Sum(part => part.Passed);

    int Skipped => NamesOfSkipped(parts).Count();

    IReadOnlyList<string> WronglySkipped =>
        mayBeSkipped ? [] : [.. NamesOfSkipped(parts.Where(part => !part.MayBeSkipped))];

    IReadOnlyList<string> Failed => [.. parts.SelectMany(part => part.Failed)];

    IReadOnlyList<string> SecondTry => [.. parts.SelectMany(part => part.SecondTry)];

    IReadOnlyList<string> Problems => [.. parts.SelectMany(part => part.Problems)];

    /// <summary>Whether the run shows that all is well.</summary>
    public bool IsGreen =>
        Passed > 0 && Failed.Count == 0 && Problems.Count == 0 && WronglySkipped.Count == 0;

    /// <summary>What the run says at its end; the last line is read by CI.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var line in Problems.SelectMany(ProblemLines))
            yield return line;
        if (Passed == 0)
            yield return "failed: no test passed";
        if (Failed.Count > 0)
            yield return $"failed: {string.Join(", ", Failed)}";
        if (WronglySkipped.Count > 0)
            yield return $"failed: no test may be skipped here: {string.Join(", ", WronglySkipped)}";
        if (SecondTry.Count > 0)
            yield return $"{SecondTry.Count} passed only at the second try: {string.Join(", ", SecondTry)}";
        yield return $"{Passed} passed, {Failed.Count} failed, {Skipped} skipped";
    }

    static IEnumerable<string> NamesOfSkipped(IEnumerable<PartResult> parts) =>
        parts.SelectMany(part => part.Skipped.Values).SelectMany(names => names);

    /// <summary>
    /// The problem, and the last that the host wrote: of a host that hung, the tests that ran. The end of a long log is
    /// what CI shows.
    /// </summary>
    static IEnumerable<string> ProblemLines(string problem)
    {
        var lines = problem.Split('\n');
        yield return $"failed: {lines[0]}";
        foreach (var line in lines.Skip(1).TakeLast(MaxOutputLines))
            yield return $"    {line}";
    }

    /// <summary>What is missing for the tests of a part that were skipped: one line for each reason.</summary>
    public static IEnumerable<string> SkippedLines(PartResult part) =>
        part.Skipped.OrderByDescending(reason => reason.Value.Count)
            .Select(reason => $"{reason.Value.Count} skipped: {reason.Key}");
}
