namespace PyRepo.Advisories;

/// <summary>The base score of
/// <see href="https://www.first.org/cvss/v3.1/specification-document#7-1-Base-Metrics-Equations">CVSS 3.0 and
/// 3.1</see>, which have the same base equations.</summary>
static class CvssV3
{
    /// <summary>Returns the base score of a vector, or null if it is not one.</summary>
    public static double? BaseScore(string text) =>
        text.AsSpan() is ['C', 'V', 'S', 'S', ':', '3', '.', '0' or '1', '/', ..]
        && CvssVector.TryParse(text["CVSS:3.x/".Length..], out var vector)
        && vector.IndexOf("S", "UC") is >= 0 and var scope
            ? GetScore(vector, hasChangedScope: scope == 1)
            : null;

    static double? GetScore(CvssVector vector, bool hasChangedScope)
    {
        if (GetExploitability(vector, hasChangedScope) is not { } exploitability
            || GetImpact(vector, "C") is not { } confidentiality
            || GetImpact(vector, "I") is not { } integrity
            || GetImpact(vector, "A") is not { } availability)
        {
            return null;
        }
        var subScore = 1 - ((1 - confidentiality) * (1 - integrity) * (1 - availability));
        var impact = hasChangedScope
            ? (7.52 * (subScore - 0.029)) - (3.25 * Math.Pow(subScore - 0.02, 15))
            : 6.42 * subScore;
        if (impact <= 0)
            return 0;
        var sum = impact + exploitability;
        return RoundUp(Math.Min(hasChangedScope ? 1.08 * sum : sum, 10));
    }

    static double? GetExploitability(CvssVector vector, bool hasChangedScope) =>
        8.22
        * vector.GetWeight("AV", "NALP", 0.85, 0.62, 0.55, 0.2)
        * vector.GetWeight("AC", "LH", 0.77, 0.44)
        * (hasChangedScope
            ? vector.GetWeight("PR", "NLH", 0.85, 0.68, 0.5)
            : vector.GetWeight("PR", "NLH", 0.85, 0.62, 0.27))
        * vector.GetWeight("UI", "NR", 0.85, 0.62);

    static double? GetImpact(CvssVector vector, string metric) => vector.GetWeight(metric, "HLN", 0.56, 0.22, 0);

    /// <summary>Rounds up to one decimal, the same on every machine
    /// (<see href="https://www.first.org/cvss/v3.1/specification-document#Appendix-A---Floating-Point-Rounding"/>).
    /// </summary>
    static double RoundUp(double score)
    {
        var hundredThousandths = (long)Math.Round(score * 100_000);
        return hundredThousandths % 10_000 == 0
            ? hundredThousandths / 100_000.0
            : ((hundredThousandths / 10_000) + 1) / 10.0;
    }
}
