namespace PyRepo.Kubernetes.Objects;

/// <summary>An object of any kind of which only the metadata are asked for.</summary>
public sealed record PartialObjectMetadata : KubernetesObject;
