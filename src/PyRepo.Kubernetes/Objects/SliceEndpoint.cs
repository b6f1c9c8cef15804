namespace PyRepo.Kubernetes.Objects;

public sealed record SliceEndpoint
{
    public IReadOnlyList<string>? Addresses { get; init; }
}
