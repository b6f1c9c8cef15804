using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Server.Upstream;

/// <summary>How an upstream is reached.</summary>
sealed record UpstreamSettings
{
    /// <summary>Its Simple API; ends with a slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>The Authorization header, and the one origin that may see it.</summary>
    public (string Authorization, Uri Origin)? Credentials { get; init; }

    /// <summary>Certificates to trust beside the system's.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>An HTTP proxy.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>How long to wait for an answer's headers, and then for each part of its body.</summary>
    public required TimeSpan Timeout { get; init; }

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
