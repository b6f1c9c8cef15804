using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Proxies.Advisories;

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
