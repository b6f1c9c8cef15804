using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Discovery;

/// <summary>Addresses behind a Service.</summary>
public sealed record EndpointSlice : KubernetesObject
{
    public IReadOnlyList<SliceEndpoint>? Endpoints { get; init; }

    public IReadOnlyList<SlicePort>? Ports { get; init; }
}
