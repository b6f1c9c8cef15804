using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The body of a restoration.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed record RestorationRequest
{
    /// <summary>
    /// For a project: the time to whose state it comes back, as <c>2026-11-20T12:00:00Z</c>, or a day, whose end is meant.
    /// </summary>
    public string? AsOf { get; init; }

    /// <summary>
    /// For a project: whether files that came since are deleted, and replaced ones come back in the place of others.
    /// </summary>
    public bool RemoveNewer { get; init; }

    /// <summary>Whether nothing is changed: the answer says what would be.</summary>
    public bool DryRun { get; init; }
}
