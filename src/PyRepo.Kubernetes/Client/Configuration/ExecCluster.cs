namespace PyRepo.Kubernetes.Client.Configuration;

sealed record ExecCluster
{
    public string? Server { get; init; }

    public string? TlsServerName { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public byte[]? CertificateAuthorityData { get; init; }

    public string? ProxyUrl { get; init; }
}
