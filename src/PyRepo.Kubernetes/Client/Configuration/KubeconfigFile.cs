using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>A kubeconfig as it is written (v1 Config); what is not used is not read.</summary>
sealed record KubeconfigFile
{
    [JsonPropertyName("current-context")]
    public string? CurrentContext { get; init; }

    public IReadOnlyList<NamedCluster>? Clusters { get; init; }

    public IReadOnlyList<NamedUser>? Users { get; init; }

    public IReadOnlyList<NamedContext>? Contexts { get; init; }
}

sealed record NamedCluster(string Name, KubeconfigCluster? Cluster);

sealed record NamedUser(string Name, KubeconfigUser? User);

sealed record NamedContext(string Name, KubeconfigContext? Context);

sealed record KubeconfigContext(string? Cluster, string? User, string? Namespace);

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

sealed record KubeconfigExec
{
    public string? ApiVersion { get; init; }

    public string? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<KubeconfigVariable>? Env { get; init; }

    /// <summary>What to tell a user who lacks the command.</summary>
    public string? InstallHint { get; init; }

    public bool ProvideClusterInfo { get; init; }

    /// <summary>Never, IfAvailable or Always.</summary>
    public string? InteractiveMode { get; init; }
}

sealed record KubeconfigVariable(string Name, string? Value);
