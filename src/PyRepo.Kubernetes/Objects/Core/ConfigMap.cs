using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>Texts under keys.</summary>
public sealed record ConfigMap : KubernetesObject
{
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Whether the API server rejects all later changes of the data.</summary>
    public bool? Immutable { get; init; }
}
