using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>A package of an ecosystem
/// (<see href="https://ossf.github.io/osv-schema/#affectedpackage-field">OSV, <c>package</c></see>).</summary>
sealed record OsvPackage
{
    [JsonPropertyName("ecosystem")]
    public string? Ecosystem { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }
}
