namespace PyRepo.Kubernetes.Controllers;

/// <summary>How a controller works.</summary>
public sealed record ControllerOptions
{
    /// <summary>How many objects are visited at once.</summary>
    public int Workers { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>
    /// After how long all objects are visited though nothing changed; each round up to 10 % sooner or later.
    /// </summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromHours(10);

    /// <summary>How long the informers may take for their first lists.</summary>
    public TimeSpan SyncTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long visits may take to end once they are told to.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
