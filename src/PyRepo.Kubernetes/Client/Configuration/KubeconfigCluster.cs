using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Client.Configuration;

sealed record KubeconfigCluster
{
    public string? Server { get; init; }

    [JsonPropertyName("certificate-authority")]
    public string? AuthorityFile { get; init; }

    [JsonPropertyName("certificate-authority-data")]
    public byte[]? AuthorityData { get; init; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; init; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool InsecureSkipTlsVerify { get; init; }

    [JsonPropertyName("proxy-url")]
    public string? ProxyUrl { get; init; }
}
