namespace PyRepo.Server.Proxies.Advisories;

/// <summary>The base score of
/// <see href="https://www.first.org/cvss/v2/guide#3-2-1-Base-Equation">CVSS 2.0</see>.</summary>
static class CvssV2
{
    /// <summary>Returns the base score of a vector, or null if it is not one.</summary>
    public static double? BaseScore(string text)
    {
        if (!CvssVector.TryParse(text, out var vector)
            || vector.WeightOf("AV", "LAN", 0.395, 0.646, 1.0) is not { } accessVector
            || vector.WeightOf("AC", "HML", 0.35, 0.61, 0.71) is not { } accessComplexity
            || vector.WeightOf("Au", "MSN", 0.45, 0.56, 0.704) is not { } authentication
            || ImpactOf(vector, "C") is not { } confidentiality
            || ImpactOf(vector, "I") is not { } integrity
            || ImpactOf(vector, "A") is not { } availability)
        {
            return null;
        }
        var impact = 10.41 * (1 - ((1 - confidentiality) * (1 - integrity) * (1 - availability)));
        if (impact == 0)
            return 0;
        var exploitability = 20 * accessVector * accessComplexity * authentication;
        var score = ((0.6 * impact) + (0.4 * exploitability) - 1.5) * 1.176;
        return Math.Round(Math.Round(score, 6), 1, MidpointRounding.AwayFromZero);
    }

    static double? ImpactOf(CvssVector vector, string metric) => vector.WeightOf(metric, "NPC", 0, 0.275, 0.660);
}
