namespace PyRepo.Kubernetes.Client;

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
