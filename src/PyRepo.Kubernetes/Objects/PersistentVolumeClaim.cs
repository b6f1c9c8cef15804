namespace PyRepo.Kubernetes.Objects;

/// <summary>A claim on storage.</summary>
public sealed record PersistentVolumeClaim : KubernetesObject
{
    public PersistentVolumeClaimSpec? Spec { get; init; }

    public PersistentVolumeClaimStatus? Status { get; init; }
}
