using System.Collections.Immutable;
using System.Net;

namespace PyRepo.Server.Configuration;

/// <summary>What the command line of <c>serve</c> says.</summary>
sealed record ServeOptions
{
    /// <summary>Files and folders of manifests, or the one folder that the operator mounts.</summary>
    public required ImmutableArray<string> Manifests { get; init; }

    /// <summary>Where repositories keep their data, each in a folder of its name.</summary>
    public required string Data { get; init; }

    /// <summary>Where packages are served.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where health, metrics and status are served.</summary>
    public required IPEndPoint Management { get; init; }

    /// <summary>The one repository to serve, at the root; null: all, each below its name.</summary>
    public string? Root { get; init; }

    /// <summary>How long running transfers may go on when the server is told to stop.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}
