namespace PyRepo.Kubernetes.Events;

/// <summary>What an event is to a reader.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Something is not as it should be.</summary>
    Warning,
}
