namespace PyRepo.Storage.Directories;

/// <summary>The lease of a directory: its lock, which one process has at a time.</summary>
/// <param name="taken">The lock.</param>
/// <param name="isCertain">Returns whether all that was written is known to be on the disk, or not to be.</param>
sealed class DirectoryLease(DirectoryLock taken, Func<bool> isCertain) : StoreLease
{
    public override long? SoleEpoch => 0;

    public override bool IsInPlace => taken.IsInPlace;

    public override bool IsLeader => true;

    public override bool WasReleased => taken.WasReleased;

    public override TimeSpan? RenewalInterval => null;

    public override ValueTask ReleaseAsync(bool inOrder)
    {
        taken.Release(inOrder && isCertain());
        return default;
    }
}
