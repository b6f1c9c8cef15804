namespace PyRepo.Kubernetes.Queue;

/// <summary>What goes first.</summary>
public enum QueuePriority
{
    /// <summary>Only looked at to be sure: what start-up and resync find.</summary>
    Low,

    /// <summary>Something changed.</summary>
    Normal,
}
