namespace PyRepo.Storage.Buckets;

/// <summary>The times of the protocol of replicas that one replica keeps by itself.</summary>
/// <param name="Validity">See <see cref="BucketLease.Validity"/>.</param>
/// <param name="Notice">See <see cref="WriteAnnouncements.Notice"/>.</param>
sealed record ReplicaTimes(TimeSpan Validity, TimeSpan Notice)
{
    /// <summary>Those that hold, unless a test wants to see what goes wrong with others.</summary>
    public static ReplicaTimes Standard { get; } = new(BucketLease.Validity, WriteAnnouncements.Notice);
}
