using System.Text.Json.Serialization;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>What is known about the copy of a database in the store.</summary>
/// <param name="Sha256">The digest of the copy. The rest is about another copy if the digest is not this one's.</param>
/// <param name="ETag">By which the source recognizes it.</param>
/// <param name="LastModified">When the source says that it last changed.</param>
sealed record AdvisoryCopyMetadata(
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("etag")] string? ETag,
    [property: JsonPropertyName("last-modified")] string? LastModified)
{
    /// <summary>By which the source recognizes the copy.</summary>
    [JsonIgnore]
    public PageValidators Validators => new(ETag, LastModified);
}
