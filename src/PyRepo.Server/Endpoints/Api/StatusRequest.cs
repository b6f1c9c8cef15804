using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>A project's new status.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed record StatusRequest
{
    /// <summary><c>active</c>, <c>archived</c>, <c>deprecated</c> or <c>quarantined</c>.</summary>
    public string? Status { get; init; }

    /// <summary>Why the project has that status, in at most 512 characters; or null.</summary>
    public string? Reason { get; init; }
}
