namespace PyRepo.Kubernetes.Objects;

public sealed record Capabilities
{
    public IReadOnlyList<string>? Drop { get; init; }
}
