namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>How to reach a cluster, and as whom.</summary>
/// <param name="Server">The API server's address; it may have a path.</param>
/// <param name="Credentials">Who asks.</param>
sealed record ClusterSettings(Uri Server, Credentials Credentials)
{
    /// <summary>The namespace that is meant where none is named.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The authorities that the server's certificate must come from; null: the system's.</summary>
    public PemSource? Authority { get; init; }

    /// <summary>The name in the server's certificate, where that is not the address's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether any certificate will do.</summary>
    public bool Insecure { get; init; }

    /// <summary>The proxy; null: as HTTPS_PROXY and NO_PROXY ask for.</summary>
    public Uri? Proxy { get; init; }
}
