using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Storage;

/// <summary>A kind of storage; of no namespace.</summary>
public sealed record StorageClass : KubernetesObject
{
    public bool? AllowVolumeExpansion { get; init; }
}
