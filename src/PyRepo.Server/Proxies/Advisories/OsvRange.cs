using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>A range of versions
/// (<see href="https://ossf.github.io/osv-schema/#affectedranges-field">OSV, <c>ranges</c></see>).</summary>
sealed record OsvRange
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("events")]
    public OsvEvent?[]? Events { get; init; }
}
