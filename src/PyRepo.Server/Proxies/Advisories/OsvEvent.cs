using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Advisories;

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
