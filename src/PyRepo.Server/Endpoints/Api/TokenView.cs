using System.Text.Json.Serialization;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>A token, as the API shows it.</summary>
sealed record TokenView
{
    /// <summary>The identifier, by which it is revoked.</summary>
    public required string Id { get; init; }

    /// <summary>The token itself. It is shown once, when it is made.</summary>
    public string? Token { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>What it allows, at most.</summary>
    [JsonConverter(typeof(RoleConverter))]
    public required Role Role { get; init; }

    /// <summary>The projects, or null for all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>Who made it.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Shows a token without its secret.</summary>
    public static TokenView Of(ApiToken token) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Role = token.Role,
        Projects = token.Projects,
        Owner = token.User ?? token.ServiceAccount,
        Created = token.Created,
        Expires = token.Expires,
    };
}
