namespace PyRepo.Kubernetes.Objects;

public sealed record PersistentVolumeClaimVolumeSource
{
    public required string ClaimName { get; init; }
}
