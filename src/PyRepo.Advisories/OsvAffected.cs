using System.Text.Json.Serialization;

namespace PyRepo.Advisories;

/// <summary>
/// An advisory's statement about one package (<see href="https://ossf.github.io/osv-schema/#affected-fields">OSV,
/// <c>affected</c></see>).
/// </summary>
sealed record OsvAffected
{
    [JsonPropertyName("package")]
    public OsvPackage? Package { get; init; }

    [JsonPropertyName("severity")]
    public OsvSeverity?[]? Severity { get; init; }

    [JsonPropertyName("ranges")]
    public OsvRange?[]? Ranges { get; init; }

    [JsonPropertyName("versions")]
    public string?[]? Versions { get; init; }
}

/// <summary>A rating (<see href="https://ossf.github.io/osv-schema/#severity-field">OSV, <c>severity</c></see>).
/// </summary>
sealed record OsvSeverity
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("score")]
    public string? Score { get; init; }
}

/// <summary>A range of versions
/// (<see href="https://ossf.github.io/osv-schema/#affectedranges-field">OSV, <c>ranges</c></see>).</summary>
sealed record OsvRange
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("events")]
    public OsvEvent?[]? Events { get; init; }
}

/// <summary>A package of an ecosystem
/// (<see href="https://ossf.github.io/osv-schema/#affectedpackage-field">OSV, <c>package</c></see>).</summary>
sealed record OsvPackage
{
    [JsonPropertyName("ecosystem")]
    public string? Ecosystem { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The <see href="https://github.com/package-url/purl-spec">package URL</see>. Only queries are read by it.
    /// </summary>
    [JsonPropertyName("purl")]
    public string? Purl { get; init; }
}

/// <summary>An event of a range, which has one of these fields
/// (<see href="https://ossf.github.io/osv-schema/#affectedrangesevents-fields">OSV, <c>events</c></see>).</summary>
sealed record OsvEvent
{
    [JsonPropertyName("introduced")]
    public string? Introduced { get; init; }

    [JsonPropertyName("fixed")]
    public string? Fixed { get; init; }

    [JsonPropertyName("last_affected")]
    public string? LastAffected { get; init; }

    [JsonPropertyName("limit")]
    public string? Limit { get; init; }
}
