using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Where a release is to be promoted to.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed record PromotionRequest
{
    /// <summary>The name of a repository of the same server.</summary>
    public string? To { get; init; }
}
