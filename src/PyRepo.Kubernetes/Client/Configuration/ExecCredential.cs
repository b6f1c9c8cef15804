namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// The request to a credential plugin and its response
/// (<see href="https://kubernetes.io/docs/reference/config-api/client-authentication.v1/">client.authentication.k8s.io</see>,
/// v1 and v1beta1).
/// </summary>
sealed record ExecCredential
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ExecSpec? Spec { get; init; }

    public ExecStatus? Status { get; init; }
}

sealed record ExecSpec(bool Interactive, ExecCluster? Cluster);

sealed record ExecCluster
{
    public string? Server { get; init; }

    public string? TlsServerName { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public byte[]? CertificateAuthorityData { get; init; }

    public string? ProxyUrl { get; init; }
}

sealed record ExecStatus
{
    public DateTimeOffset? ExpirationTimestamp { get; init; }

    public string? Token { get; init; }

    /// <summary>PEM, not base64.</summary>
    public string? ClientCertificateData { get; init; }

    /// <summary>PEM, not base64.</summary>
    public string? ClientKeyData { get; init; }
}
