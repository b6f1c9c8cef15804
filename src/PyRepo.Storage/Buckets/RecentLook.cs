namespace PyRepo.Storage.Buckets;

/// <summary>The last look at the lease's object, which found nobody writing.</summary>
/// <param name="Epoch">The number of the time in which nobody has written (<see cref="LeaseState.QuietEpoch"/>).</param>
/// <param name="BeganAt">The timestamp from before the look.</param>
sealed record RecentLook(long Epoch, long BeganAt);
