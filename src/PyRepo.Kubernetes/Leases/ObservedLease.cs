using PyRepo.Kubernetes.Objects.Coordination;

namespace PyRepo.Kubernetes.Leases;

/// <summary>
/// A Lease as it was last seen, and when it was first seen so. Clocks of machines differ: the times in a Lease
/// are not used, only those at which it was seen to change.
/// </summary>
sealed class ObservedLease(TimeProvider clock, TimeSpan duration)
{
    long _changed;

    /// <summary>Null: there is none.</summary>
    public Lease? Lease { get; private set; }

    public string? Version => Lease?.Metadata.ResourceVersion;

    public string Holder => Lease?.Spec?.HolderIdentity ?? "";

    /// <summary>
    /// Whether it may be taken: nobody holds it, or its holder did not renew it within its duration.
    /// </summary>
    public bool IsFree => Holder.Length == 0 || UntilFree() <= TimeSpan.Zero;

    public void Observe(Lease? lease)
    {
        if (lease is null || lease.Metadata.ResourceVersion != Version)
            _changed = clock.GetTimestamp();
        Lease = lease;
    }

    /// <summary>How much longer it holds if its holder does not renew it.</summary>
    public TimeSpan UntilFree()
    {
        var held = Lease?.Spec?.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : duration;
        return held - clock.GetElapsedTime(_changed);
    }
}
