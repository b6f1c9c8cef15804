using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Gateway;

/// <summary>The part of an HTTPRoute that any has, whoever made it: a rule need not lead to a Service.</summary>
public sealed record HttpRouteHosts : KubernetesObject
{
    public HttpRouteHostsSpec? Spec { get; init; }
}

public sealed record HttpRouteHostsSpec
{
    public IReadOnlyList<string>? Hostnames { get; init; }
}
