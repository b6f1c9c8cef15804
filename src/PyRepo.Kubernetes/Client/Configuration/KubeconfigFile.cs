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
