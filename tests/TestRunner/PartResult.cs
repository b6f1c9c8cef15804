namespace TestRunner;

/// <summary>The result of a part, with all that was run once more.</summary>
public sealed record PartResult
{
    /// <summary>The part's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many tests passed, those of <see cref="SecondTry"/> among them.</summary>
    public required int Passed { get; init; }

    /// <summary>The tests that failed.</summary>
    public required IReadOnlyList<string> Failed { get; init; }

    /// <summary>The tests that failed, with why, and passed when they ran once more, alone.</summary>
    public required IReadOnlyList<string> SecondTry { get; init; }

    /// <summary>The names of skipped tests, by the reason.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Skipped { get; init; }

    /// <summary>Whether tests may be skipped although the test assets are there: the part ran without them.</summary>
    public bool MayBeSkipped { get; init; }

    /// <summary>What makes the part fail, whatever its tests say.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Judges the runs of a part.</summary>
    /// <param name="name">The part's name.</param>
    /// <param name="runs">The first run of each assembly.</param>
    /// <param name="retries">The second runs, one for each test method that failed.</param>
    public static PartResult From(string name, IReadOnlyList<HostRun> runs, IReadOnlyList<HostRun> retries)
    {
        // A row of a theory may fail at the second try only: that method is no better for it.
        var passed = retries.Where(run => run.Problem is null && !run.Failed.Any())
            .SelectMany(run => run.Cases).Where(test => test.Outcome == TestOutcome.Passed)
            .Select(test => test.Name).ToHashSet(StringComparer.Ordinal);
        var failed = runs.SelectMany(run => run.Failed).ToList();
        var secondTry = failed.Where(test => passed.Contains(test.Name)).ToList();
        return new PartResult
        {
            Name = name,
            Passed = runs.Sum(run => run.Count(TestOutcome.Passed)) + secondTry.Count,
            Failed = [.. failed.Except(secondTry).Select(test => test.ShortName)],
            SecondTry = [.. secondTry.Select(test => $"{test.ShortName} ({test.FirstLine})")],
            Skipped = runs.SelectMany(run => run.Cases).Where(test => test.Outcome == TestOutcome.Skipped)
                .GroupBy(test => test.Text)
                .ToDictionary(
                    group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(test => test.ShortName)]),
            Problems = [.. runs.Concat(retries).Select(run => run.Problem).OfType<string>()],
        };
    }
}
