namespace PyRepo.Kubernetes.Leases;

/// <summary>How leadership is held (client-go's values).</summary>
public sealed record LeaderElectionConfig
{
    /// <summary>How long a Lease holds after its last renewal; whole seconds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long without a renewal a leader stops; before the Lease ends, so that no two lead.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it is renewed.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A pause between two tries of one that does not lead: up to 2.2 times as long as the period, so that no two stay
    /// in step.
    /// </summary>
    public TimeSpan Pause() => RetryPeriod * (1 + 1.2 * Random.Shared.NextDouble());

    /// <exception cref="ArgumentException">
    /// They do not follow one another: Duration &gt; RenewDeadline &gt; 1.2 × RetryPeriod.
    /// </exception>
    internal void Check()
    {
        if (Duration <= RenewDeadline || RenewDeadline <= RetryPeriod * 1.2 || Duration.Milliseconds != 0)
            throw new ArgumentException($"These timings don't keep two leaders apart: {this}");
    }
}
