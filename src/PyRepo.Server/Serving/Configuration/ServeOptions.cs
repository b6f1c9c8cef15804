using System.Collections.Immutable;
using System.Net;
using PyRepo.Egress;
using PyRepo.Server.Platform.Tls;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The options from the command line of <c>serve</c>.</summary>
sealed record ServeOptions
{
    /// <summary>Files and folders of manifests, or only the folder that the operator mounts.</summary>
    public required ImmutableArray<string> Manifests { get; init; }

    /// <summary>The folder for the repositories' data. Each repository has a subfolder with its name.</summary>
    public required string Data { get; init; }

    /// <summary>The address that serves packages.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The address that serves health, metrics and status.</summary>
    public required IPEndPoint Management { get; init; }

    /// <summary>
    /// The only repository to serve, at the root. If it is null, all repositories are served, each below its name.
    /// </summary>
    public string? Root { get; init; }

    /// <summary>The addresses of proxies in front of the server, whose headers say who the client is.</summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The ports that the server listens on, as soon as it does.</summary>
    public OwnPorts OwnPorts { get; } = new();

    /// <summary>The certificate of <see cref="Listen"/>. If it is null, packages are served without TLS.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>How long running transfers may continue after the server receives a signal to stop.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}
