namespace PyRepo.Kubernetes.Objects.Core;

public sealed record PersistentVolumeClaimVolumeSource
{
    public required string ClaimName { get; init; }
}
