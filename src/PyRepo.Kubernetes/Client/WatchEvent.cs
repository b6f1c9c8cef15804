using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Client;

/// <summary>What a watch tells.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after it; of a bookmark only the resourceVersion counts.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object)
    where T : KubernetesObject;

/// <summary>What happened to an object. The API's fifth type, ERROR, is a <see cref="KubernetesException"/>.</summary>
public enum WatchEventType
{
    Added,
    Modified,

    /// <summary>It is gone, or no longer in the selection.</summary>
    Deleted,

    /// <summary>Nothing happened until this resourceVersion.</summary>
    Bookmark,
}

/// <summary>One line of a watch. <see cref="Object"/> is null for a bookmark, and where it can't be read.</summary>
readonly record struct WatchLine<T>(WatchEventType Type, ObjectMeta Metadata, T? Object)
    where T : KubernetesObject
{
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");
}
