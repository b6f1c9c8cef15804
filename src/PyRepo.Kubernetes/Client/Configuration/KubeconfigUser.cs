using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Client.Configuration;

sealed record KubeconfigUser
{
    [JsonPropertyName("client-certificate")]
    public string? CertificateFile { get; init; }

    [JsonPropertyName("client-certificate-data")]
    public byte[]? CertificateData { get; init; }

    [JsonPropertyName("client-key")]
    public string? KeyFile { get; init; }

    [JsonPropertyName("client-key-data")]
    public byte[]? KeyData { get; init; }

    public string? Token { get; init; }

    /// <summary>Holds the token; stronger than <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    public KubeconfigExec? Exec { get; init; }
}
