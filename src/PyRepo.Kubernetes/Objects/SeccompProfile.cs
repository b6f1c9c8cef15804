namespace PyRepo.Kubernetes.Objects;

public sealed record SeccompProfile
{
    public required string Type { get; init; }
}
