using System.Text.Json.Serialization;
using PyRepo.Advisories;

namespace PyRepo.Server.Content.Advisories;

/// <summary>A query (<see href="https://google.github.io/osv.dev/post-v1-query/">OSV, <c>v1/query</c></see>).</summary>
sealed record OsvQuery
{
    [JsonPropertyName("package")]
    public OsvPackage? Package { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("commit")]
    public string? Commit { get; init; }

    [JsonPropertyName("page_token")]
    public string? PageToken { get; init; }
}

/// <summary>Several queries
/// (<see href="https://google.github.io/osv.dev/post-v1-querybatch/">OSV, <c>v1/querybatch</c></see>).</summary>
sealed record OsvBatch([property: JsonPropertyName("queries")] IReadOnlyList<OsvQuery?>? Queries);

/// <summary>The answer to several queries, in their order.</summary>
/// <param name="Results">The results. Null says to a group that there is no source of advisories.</param>
sealed record OsvBatchAnswer([property: JsonPropertyName("results")] IReadOnlyList<OsvResult>? Results);

/// <summary>The answer to one of several queries.</summary>
/// <param name="Found">The advisories, or null if there are none.</param>
/// <param name="NextPageToken">Asks for more of them, or null if these are all.</param>
sealed record OsvResult(
    [property: JsonPropertyName("vulns")] IReadOnlyList<OsvReference>? Found,
    [property: JsonPropertyName("next_page_token")] string? NextPageToken);

/// <summary>An advisory in the answer to several queries.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Modified">When it last changed, in UTC, as OSV writes it: with a Z.</param>
sealed record OsvReference(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("modified")] DateTime? Modified);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(OsvQuery))]
[JsonSerializable(typeof(OsvBatch))]
[JsonSerializable(typeof(OsvBatchAnswer))]
sealed partial class OsvServiceJson : JsonSerializerContext;
