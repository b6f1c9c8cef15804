using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>One line of a watch. <see cref="Object"/> is null for a bookmark, and where it can't be read.</summary>
readonly record struct WatchLine<T>(WatchEventType Type, ObjectMeta Metadata, T? Object)
    where T : KubernetesObject
{
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");
}
