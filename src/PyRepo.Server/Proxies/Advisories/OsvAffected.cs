using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>What an advisory says about one package
/// (<see href="https://ossf.github.io/osv-schema/#affected-fields">OSV, <c>affected</c></see>).</summary>
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
