namespace PyRepo.Kubernetes.Objects;

public sealed record EmptyDirSource
{
    public string? SizeLimit { get; init; }
}
