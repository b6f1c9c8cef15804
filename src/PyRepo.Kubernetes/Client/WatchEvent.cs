using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>An event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after it; of a bookmark only the resourceVersion counts.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object)
    where T : KubernetesObject;
