using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>A rating (<see href="https://ossf.github.io/osv-schema/#severity-field">OSV, <c>severity</c></see>).
/// </summary>
sealed record OsvSeverity
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("score")]
    public string? Score { get; init; }
}
