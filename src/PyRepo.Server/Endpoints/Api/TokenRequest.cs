using System.Text.Json.Serialization;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The request for a new token.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed record TokenRequest
{
    /// <summary>The name, for people.</summary>
    public string? Name { get; init; }

    /// <summary>The role that it allows.</summary>
    [JsonConverter(typeof(RoleConverter))]
    public required Role Role { get; init; }

    /// <summary>The projects, as in a grant, or null for all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>How long it is valid, as in a manifest: <c>90d</c>.</summary>
    public string? ExpiresIn { get; init; }
}
