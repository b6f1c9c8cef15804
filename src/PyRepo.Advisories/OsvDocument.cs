using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Advisories;

/// <summary>The fields of an advisory that are read (<see href="https://ossf.github.io/osv-schema/">OSV schema</see>).
/// </summary>
sealed record OsvDocument
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("aliases")]
    public string?[]? Aliases { get; init; }

    [JsonPropertyName("summary")]
    public string? Summary { get; init; }

    [JsonPropertyName("details")]
    public string? Details { get; init; }

    [JsonPropertyName("published")]
    public DateTimeOffset? Published { get; init; }

    [JsonPropertyName("modified")]
    public DateTimeOffset? Modified { get; init; }

    [JsonPropertyName("withdrawn")]
    public DateTimeOffset? Withdrawn { get; init; }

    [JsonPropertyName("severity")]
    public OsvSeverity?[]? Severity { get; init; }

    [JsonPropertyName("affected")]
    public OsvAffected?[]? Affected { get; init; }

    /// <summary>Each database has other fields here.</summary>
    [JsonPropertyName("database_specific")]
    public JsonElement? DatabaseSpecific { get; init; }
}

[JsonSourceGenerationOptions(MaxDepth = 64)]
[JsonSerializable(typeof(OsvDocument))]
sealed partial class OsvJson : JsonSerializerContext;
