using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A namespace.</summary>
public sealed record NamespaceObject : KubernetesObject;
