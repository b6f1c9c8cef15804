namespace PyRepo.Kubernetes.Client.Configuration;

sealed record ExecStatus
{
    public DateTimeOffset? ExpirationTimestamp { get; init; }

    public string? Token { get; init; }

    /// <summary>PEM, not base64.</summary>
    public string? ClientCertificateData { get; init; }

    /// <summary>PEM, not base64.</summary>
    public string? ClientKeyData { get; init; }
}
