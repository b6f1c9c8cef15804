namespace PyRepo.Kubernetes.Objects;

public sealed record ClaimSource
{
    public required string ClaimName { get; init; }
}
