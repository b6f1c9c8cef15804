namespace PyRepo.Kubernetes.Objects;

/// <summary>A namespace.</summary>
public sealed record NamespaceObject : KubernetesObject;
