using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Values;
using PyRepo.Server.Access;
using PyRepo.Server.Hosted;
using PyRepo.Server.Metrics;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Hosting;

/// <summary>A repository as the edge serves it: with its place, and with who may do what.</summary>
sealed record RepositoryRegistration
{
    /// <summary>The resource's name.</summary>
    public required string Name { get; init; }

    /// <summary>The path that it is served below; begins and ends with a slash.</summary>
    public required string BasePath { get; init; }

    /// <summary>Scheme and host that its clients use, where the resource declares them; else those of the request.</summary>
    public string? DeclaredOrigin { get; init; }

    /// <summary>Whether requests come through an Ingress, whose X-Forwarded headers tell what the client asked for.</summary>
    public bool TrustsForwarded { get; init; }

    /// <summary>Why nothing is served under this name; null: it is.</summary>
    public string? Unavailable { get; init; }

    /// <summary>What is served.</summary>
    public required IRepository Repository { get; init; }

    /// <summary>Who may do what.</summary>
    public required AccessPolicy Access { get; init; }

    /// <summary>Who is who.</summary>
    public required PasswordVerifier Passwords { get; init; }

    /// <summary>Where uploads and deletions go; null where there can be none.</summary>
    public HostedRepository? Uploads { get; init; }

    /// <summary>The members that uploads go through, where this is a group; each of them must allow it.</summary>
    public ImmutableArray<string> UploadsThrough { get; init; } = [];

    /// <summary>The members of a group, and theirs, by name.</summary>
    public FrozenDictionary<string, RepositoryRegistration> Members { get; init; } = FrozenDictionary<string, RepositoryRegistration>.Empty;

    /// <summary>Verifies what a group's server sends instead of a password; null where no group is to ask.</summary>
    public MemberTokens? Tokens { get; init; }

    /// <summary>What such a token must be for: <c>namespace/name</c>.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Its requests, counted.</summary>
    public required RequestCounts Requests { get; init; }

    /// <summary>The largest file that may be uploaded.</summary>
    public Quantity MaxFileSize { get; init; } = UsualMaxFileSize;

    /// <summary>The limit of a repository that sets none.</summary>
    public static Quantity UsualMaxFileSize { get; } = new UploadsSpec().MaxFileSize;
}
