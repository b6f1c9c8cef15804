using System.Security.Cryptography.X509Certificates;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Upstream;

/// <summary>How another index is reached: an upstream, or a group's member on another server.</summary>
sealed record UpstreamSettings
{
    /// <summary>What messages call it, at the beginning of a sentence.</summary>
    public string Name { get; init; } = "Upstream";

    /// <summary>Its Simple API; ends with a slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>The Authorization header, and the one origin that may see it.</summary>
    public (string Authorization, Uri Origin)? Credentials { get; init; }

    /// <summary>Makes a bearer token for one request about a project (null: the list of projects); null: none is sent.</summary>
    public Func<ProjectName?, string>? SignToken { get; init; }

    /// <summary>Certificates to trust beside the system's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>An HTTP proxy.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>How long to wait for an answer's headers, and then for each part of its body.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long to wait for a connection; null: as long as for an answer.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>The number of connections that may be open at once.</summary>
    public int MaxConnections { get; init; } = 32;

    /// <summary>Whether redirects are followed.</summary>
    public bool FollowsRedirects { get; init; } = true;

    /// <summary>Whether an index that fails several times in a row is left alone for a while.</summary>
    public bool UsesCircuitBreaker { get; init; } = true;

    /// <summary>Where connections may go.</summary>
    public required EgressPolicy EgressPolicy { get; init; }

    /// <summary>What makes these settings different from others.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whether these lead the same way.</summary>
    public bool IsSameAs(UpstreamSettings other) => Fingerprint == other.Fingerprint;

    /// <summary>Whether two URLs are of one origin: scheme, host and port.</summary>
    public static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase);
}
