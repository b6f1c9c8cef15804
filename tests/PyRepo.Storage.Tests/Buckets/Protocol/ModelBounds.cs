namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>How far the checker goes. Time has no bound: an age counts no further than to where it matters.</summary>
/// <param name="Replicas">The number of replicas.</param>
/// <param name="Events">How many events are written altogether.</param>
sealed record ModelBounds(int Replicas, int Events)
{
    /// <summary>How often a machine is paused, so that the clock of its replica stands still.</summary>
    public int Freezes { get; init; }

    /// <summary>How often the answer to a write is lost, or the write is late.</summary>
    public int Lost { get; init; }

    /// <summary>How often a replica leaves.</summary>
    public int Leaves { get; init; }

    /// <summary>
    /// Whether a renewal reads, writes and takes up the answer in three steps, and a write sees its announcement before
    /// it waits. If not, nobody else comes between, and more of the rest can be looked at.
    /// </summary>
    public bool HasFineSteps { get; init; }

    /// <summary>Whether all replicas know each other at the start, and have the record in memory.</summary>
    public bool AreSettled { get; init; }

    /// <summary>
    /// Whether the first replica was then stopped just before it sent a write, for so long that the others have dropped
    /// it and expect nothing from it any more.
    /// </summary>
    public bool HasSilentWriter { get; init; }
}

/// <summary>The times of the protocol in ticks, in the order of the real ones.</summary>
static class ModelTimes
{
    /// <summary>See <c>WriteAnnouncements.Reliance</c>.</summary>
    public const int Reliance = 1;

    /// <summary>See <c>WriteAnnouncements.Notice</c>.</summary>
    public const int Notice = 2;

    /// <summary>See <c>BucketLease.Validity</c>.</summary>
    public const int Validity = 3;

    /// <summary>See <c>LeaseDocument.Expiry</c>.</summary>
    public const int Expiry = 4;

    /// <summary>See <c>WriteAnnouncements.LongestWay</c>.</summary>
    public const int LongestWay = 5;
}
