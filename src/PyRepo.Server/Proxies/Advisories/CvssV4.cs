namespace PyRepo.Server.Proxies.Advisories;

/// <summary>The base score of
/// <see href="https://www.first.org/cvss/v4.0/specification-document#Scoring">CVSS 4.0</see> (CVSS-B): the threat,
/// environmental and supplemental metrics of a vector do not count.</summary>
/// <remarks>
/// A vector belongs to a macro vector, which experts have scored. The score goes down towards the next lower ones by
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
            ? ScoreOf(vector)
            : null;

    static double? ScoreOf(CvssVector vector)
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
        var (steps, isPhysical) = (SumOf(attack), attack[0] == 3);
        return steps == 0 ? new(0, 0, 1)
            : attack.Contains(0) && !isPhysical ? new(1, steps - 1, 4)
            : new(2, steps - 3, 5);
    }

    /// <summary>EQ2.</summary>
    static CvssV4Level ComplexityLevel(ReadOnlySpan<int> complexity) => SumOf(complexity) switch
    {
        0 => new(0, 0, 1),
        var steps => new(1, steps - 1, 2),
    };

    /// <summary>EQ3 with EQ6, as a column of <see cref="CvssV4Scores"/>.</summary>
    static CvssV4Level ImpactLevel(ReadOnlySpan<int> impact)
    {
        var steps = SumOf(impact);
        return impact is [0, 0, _] ? new(CvssV4Scores.WorstImpact, steps, 7)
            : impact.Contains(0) ? new(CvssV4Scores.HighImpact, steps - 1, 8)
            : new(CvssV4Scores.LowImpact, steps - 3, 10);
    }

    /// <summary>EQ4, as a column of <see cref="CvssV4Scores"/>: 0 is EQ4's level 1.</summary>
    static CvssV4Level Later(ReadOnlySpan<int> later) =>
        later.Contains(0) ? new(0, SumOf(later), 5) : new(1, SumOf(later) - 3, 4);

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

    static int SumOf(ReadOnlySpan<int> steps)
    {
        var sum = 0;
        foreach (var step in steps)
            sum += step;
        return sum;
    }
}
