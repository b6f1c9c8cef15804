namespace PyRepo.Server.Proxies.Advisories;

/// <summary>The scores of the macro vectors that base metrics alone can reach or lie above
/// (<see href="https://www.first.org/cvss/v4.0/specification-document#New-Scoring-System-Development">CVSS 4.0, scoring
/// system</see>).</summary>
static class CvssV4Scores
{
    /// <summary>EQ3 is 0, EQ6 is 0.</summary>
    public const int WorstImpact = 0;

    /// <summary>EQ3 is 1, EQ6 is 0.</summary>
    public const int HighImpact = 2;

    /// <summary>EQ3 is 2, EQ6 is 1.</summary>
    public const int LowImpact = 4;

    /// <summary>
    /// A line for each EQ1 and EQ2. In a line, two for each of EQ3 and EQ6 (00, 01, 10, 11, 21): EQ4 is 1, EQ4 is 2.
    /// </summary>
    static readonly decimal[][] _scores =
    [
        [10.0m, 9.3m, 9.6m, 9.0m, 9.3m, 8.8m, 9.2m, 8.0m, 7.9m, 6.9m],
        [9.5m, 9.2m, 9.1m, 8.1m, 9.2m, 8.4m, 8.2m, 7.0m, 7.1m, 6.3m],
        [9.4m, 8.7m, 8.9m, 7.5m, 8.6m, 7.2m, 7.6m, 5.7m, 6.5m, 5.3m],
        [9.0m, 7.7m, 7.7m, 6.6m, 7.4m, 6.1m, 5.9m, 5.2m, 5.8m, 2.3m],
        [8.6m, 7.0m, 7.4m, 5.4m, 7.2m, 5.3m, 5.7m, 3.6m, 4.7m, 2.4m],
        [7.3m, 5.4m, 5.5m, 4.3m, 6.1m, 4.6m, 5.1m, 1.8m, 2.4m, 1.0m],
    ];

    /// <summary>Returns the score of a macro vector, or null if there is none.</summary>
    public static decimal? Find(int attack, int complexity, int impact, int later) =>
        attack <= 2 && complexity <= 1 && later <= 1 ? _scores[(attack * 2) + complexity][(impact * 2) + later] : null;

    /// <summary>Returns the score of the next macro vector with a lower impact, the higher one if there are two.
    /// </summary>
    public static decimal? FindLowerImpact(int attack, int complexity, int impact, int later) => impact switch
    {
        LowImpact => null,
        HighImpact => Find(attack, complexity, HighImpact + 1, later),
        _ => Math.Max(
            Find(attack, complexity, WorstImpact + 1, later)!.Value,
            Find(attack, complexity, HighImpact, later)!.Value),
    };
}
