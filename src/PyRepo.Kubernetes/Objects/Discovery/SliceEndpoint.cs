namespace PyRepo.Kubernetes.Objects.Discovery;

public sealed record SliceEndpoint
{
    public IReadOnlyList<string>? Addresses { get; init; }
}
