namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>An object of any kind, of which only the metadata are requested.</summary>
public sealed record PartialObjectMetadata : KubernetesObject;
