namespace PyRepo.Kubernetes.Objects.Core;

public sealed record SeccompProfile
{
    public required string Type { get; init; }
}
