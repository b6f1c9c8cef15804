namespace PyRepo.Kubernetes.Queue;

/// <summary>A key to work on. Whoever took it calls <see cref="WorkQueue{TKey}.Done"/> in the end.</summary>
public readonly record struct WorkItem<TKey>(TKey Key, QueuePriority Priority);
