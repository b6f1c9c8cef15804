namespace PyRepo.Kubernetes.Objects.Core;

public sealed record Capabilities
{
    public IReadOnlyList<string>? Drop { get; init; }
}
