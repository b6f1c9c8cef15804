namespace PyRepo.Advisories;

/// <summary>The base score of
/// <see href="https://www.first.org/cvss/v4.0/specification-document#Scoring">CVSS 4.0</see> (CVSS-B): the threat,
/// environmental and supplemental metrics of a vector do not count.</summary>
/// <remarks>
/// A vector belongs to a macro vector, which experts have scored. The score goes down toward the next lower ones by
/// how far the vector is from the worst of its macro vector. Without the other metrics, an exploit counts as known
/// (EQ5 is 0) and no impact on safety is stated (EQ4 is not 0), which leaves <see cref="CvssV4Scores"/>. All distances
/// are whole steps, and the worst vectors of one level are equally many steps from the very worst one.
/// </remarks>
static class CvssV4
{
    const string Prefix = "CVSS:4.0/";

    /// <summary>Returns the base score of a vector, or null if it is not one.</summary>
    public static double? BaseScore(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && CvssVector.TryParse(text[Prefix.Length..], out var vector)
            ? GetScore(vector)
            : null;

    static double? GetScore(CvssVector vector)
    {
        Span<int> attack = [vector.IndexOf("AV", "NALP"), vector.IndexOf("PR", "NLH"), vector.IndexOf("UI", "NPA")];
        Span<int> complexity = [vector.IndexOf("AC", "LH"), vector.IndexOf("AT", "NP")];
        Span<int> impact = [vector.IndexOf("VC", "HLN"), vector.IndexOf("VI", "HLN"), vector.IndexOf("VA", "HLN")];
        Span<int> later = [vector.IndexOf("SC", "HLN"), vector.IndexOf("SI", "HLN"), vector.IndexOf("SA", "HLN")];
        if (attack.Contains(-1) || complexity.Contains(-1) || impact.Contains(-1) || later.Contains(-1))
            return null;
        if (!impact.ContainsAnyExcept(2) && !later.ContainsAnyExcept(2))
            return 0;
        return (double)Interpolate(AttackLevel(attack), ComplexityLevel(complexity), ImpactLevel(impact), Later(later));
    }

    /// <summary>EQ1.</summary>
    static CvssV4Level AttackLevel(ReadOnlySpan<int> attack)
    {
        var (steps, isPhysical) = (GetSum(attack), attack[0] == 3);
        return steps == 0 ? new(0, 0, 1)
            : attack.Contains(0) && !isPhysical ? new(1, steps - 1, 4)
            : new(2, steps - 3, 5);
    }

    /// <summary>EQ2.</summary>
    static CvssV4Level ComplexityLevel(ReadOnlySpan<int> complexity) => GetSum(complexity) switch
    {
        0 => new(0, 0, 1),
        var steps => new(1, steps - 1, 2),
    };

    /// <summary>EQ3 with EQ6, as a column of <see cref="CvssV4Scores"/>.</summary>
    static CvssV4Level ImpactLevel(ReadOnlySpan<int> impact)
    {
        var steps = GetSum(impact);
        return impact is [0, 0, _] ? new(CvssV4Scores.WorstImpact, steps, 7)
            : impact.Contains(0) ? new(CvssV4Scores.HighImpact, steps - 1, 8)
            : new(CvssV4Scores.LowImpact, steps - 3, 10);
    }

    /// <summary>EQ4, as a column of <see cref="CvssV4Scores"/>: 0 is EQ4's level 1.</summary>
    static CvssV4Level Later(ReadOnlySpan<int> later) =>
        later.Contains(0) ? new(0, GetSum(later), 5) : new(1, GetSum(later) - 3, 4);

    static decimal Interpolate(CvssV4Level attack, CvssV4Level complexity, CvssV4Level impact, CvssV4Level later)
    {
        var score = CvssV4Scores.Find(attack.Level, complexity.Level, impact.Level, later.Level)!.Value;
        // There is always a lower macro vector by EQ5. The distance to it is 0.
        var (sum, count) = (0m, 1);
        Add(CvssV4Scores.Find(attack.Level + 1, complexity.Level, impact.Level, later.Level), attack);
        Add(CvssV4Scores.Find(attack.Level, complexity.Level + 1, impact.Level, later.Level), complexity);
        Add(CvssV4Scores.FindLowerImpact(attack.Level, complexity.Level, impact.Level, later.Level), impact);
        Add(CvssV4Scores.Find(attack.Level, complexity.Level, impact.Level, later.Level + 1), later);
        return Math.Round(Math.Round(score - (sum / count), 6), 1, MidpointRounding.AwayFromZero);

        void Add(decimal? lower, CvssV4Level level)
        {
            if (lower is not { } next)
                return;
            sum += (score - next) * level.Steps / level.Depth;
            count++;
        }
    }

    static int GetSum(ReadOnlySpan<int> steps)
    {
        var sum = 0;
        foreach (var step in steps)
            sum += step;
        return sum;
    }
}

/// <summary>Where a vector is in one of CVSS 4.0's equivalence sets.</summary>
/// <param name="Level">The level of the set; 0 is the worst.</param>
/// <param name="Steps">How many steps the vector is from the worst of its level.</param>
/// <param name="Depth">How many steps the level has.</param>
readonly record struct CvssV4Level(int Level, int Steps, int Depth);

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
