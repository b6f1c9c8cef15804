namespace PyRepo.Kubernetes.Controllers;

/// <summary>How a controller works.</summary>
public sealed record ControllerOptions
{
    /// <summary>
    /// How many objects are reconciled at the same time. A machine of many processors is not a container of much
    /// memory, which each takes.
    /// </summary>
    public int Workers { get; init; } = Math.Clamp(2 * Environment.ProcessorCount, 4, 8);

    /// <summary>
    /// The time after which all objects are reconciled though nothing changed, plus or minus up to 10 %.
    /// </summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromHours(10);

    /// <summary>How long the informers may take for their first lists.</summary>
    public TimeSpan SyncTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long reconciles may take to end once they are canceled: of a pod's 30 seconds, ten remain to release the
    /// Lease.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
