namespace PyRepo.Kubernetes.Objects;

/// <summary>A kind of storage; of no namespace.</summary>
public sealed record StorageClass : KubernetesObject
{
    public string? Provisioner { get; init; }

    public bool? AllowVolumeExpansion { get; init; }
}
