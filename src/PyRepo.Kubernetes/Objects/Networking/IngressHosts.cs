using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

/// <summary>The part of an Ingress that any has, whoever made it: a rule need not lead to a Service.</summary>
public sealed record IngressHosts : KubernetesObject
{
    public IngressHostsSpec? Spec { get; init; }
}
