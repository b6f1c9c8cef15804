using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Gateway;

/// <summary>What leads from a Gateway to Services (Gateway API).</summary>
public sealed record HttpRoute : KubernetesObject
{
    public HttpRouteSpec? Spec { get; init; }
}
