using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The body of a yank.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed record ReasonRequest
{
    /// <summary>Why the release is yanked, as clients show it, in at most 512 characters; or null.</summary>
    public string? Reason { get; init; }
}
