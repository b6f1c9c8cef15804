namespace PyRepo.Kubernetes.Objects;

/// <summary>Addresses behind a Service.</summary>
public sealed record EndpointSlice : KubernetesObject
{
    public IReadOnlyList<SliceEndpoint>? Endpoints { get; init; }

    public IReadOnlyList<SlicePort>? Ports { get; init; }
}
