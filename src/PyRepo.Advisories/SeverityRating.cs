using PyRepo.Resources.Proxied;

namespace PyRepo.Advisories;

/// <summary>Rates a CVSS score, or a database's own word.</summary>
static class SeverityRating
{
    /// <summary>Returns the rating of a score on the
    /// <see href="https://www.first.org/cvss/v4.0/specification-document#Qualitative-Severity-Rating-Scale">qualitative
    /// scale</see>. A score of 0, "None" on that scale, is <see cref="Severity.Low"/> here.</summary>
    public static Severity OfScore(double score) => score switch
    {
        >= 9 => Severity.Critical,
        >= 7 => Severity.High,
        >= 4 => Severity.Medium,
        _ => Severity.Low,
    };

    /// <summary>Returns the rating of an entry of an advisory's <c>severity</c>, or null if it can't be computed
    /// (<see href="https://ossf.github.io/osv-schema/#severity-field">OSV, <c>severity</c></see>).</summary>
    /// <param name="type">The version of CVSS, such as <c>CVSS_V3</c>.</param>
    /// <param name="vector">The vector.</param>
    public static Severity? OfVector(string? type, string? vector) =>
        (type, vector) switch
        {
            (_, null) => null,
            ("CVSS_V2", _) => CvssV2.BaseScore(vector),
            ("CVSS_V3", _) => CvssV3.BaseScore(vector),
            ("CVSS_V4", _) => CvssV4.BaseScore(vector),
            _ => null,
        } is { } score
            ? OfScore(score)
            : null;

    /// <summary>Returns the rating that a word means, or null if it is unknown. GitHub writes <c>MODERATE</c>.
    /// </summary>
    public static Severity? OfWord(string? word) => word?.ToUpperInvariant() switch
    {
        "LOW" => Severity.Low,
        "MODERATE" or "MEDIUM" => Severity.Medium,
        "HIGH" => Severity.High,
        "CRITICAL" => Severity.Critical,
        _ => null,
    };

    /// <summary>Returns the higher of two ratings. Null is none.</summary>
    public static Severity? Max(Severity? one, Severity? other) => one is null || other > one ? other : one;
}

/// <summary>The base score of
/// <see href="https://www.first.org/cvss/v2/guide#3-2-1-Base-Equation">CVSS 2.0</see>.</summary>
static class CvssV2
{
    /// <summary>Returns the base score of a vector, or null if it is not one.</summary>
    public static double? BaseScore(string text)
    {
        if (!CvssVector.TryParse(text, out var vector)
            || vector.GetWeight("AV", "LAN", 0.395, 0.646, 1.0) is not { } accessVector
            || vector.GetWeight("AC", "HML", 0.35, 0.61, 0.71) is not { } accessComplexity
            || vector.GetWeight("Au", "MSN", 0.45, 0.56, 0.704) is not { } authentication
            || GetImpact(vector, "C") is not { } confidentiality
            || GetImpact(vector, "I") is not { } integrity
            || GetImpact(vector, "A") is not { } availability)
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

    static double? GetImpact(CvssVector vector, string metric) => vector.GetWeight(metric, "NPC", 0, 0.275, 0.660);
}
