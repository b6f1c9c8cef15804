namespace PyRepo.Kubernetes.Objects.Core;

public sealed record EmptyDirSource
{
    public string? SizeLimit { get; init; }
}
