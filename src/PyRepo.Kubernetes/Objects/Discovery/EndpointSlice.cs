using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Discovery;

/// <summary>Addresses behind a Service.</summary>
public sealed record EndpointSlice : KubernetesObject
{
    public IReadOnlyList<SliceEndpoint>? Endpoints { get; init; }

    public IReadOnlyList<SlicePort>? Ports { get; init; }
}

public sealed record SliceEndpoint
{
    public IReadOnlyList<string>? Addresses { get; init; }
}

public sealed record SlicePort
{
    public int? Port { get; init; }
}
