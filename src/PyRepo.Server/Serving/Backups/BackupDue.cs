using PyRepo.Resources.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Decides what is due of a repository's backups.</summary>
static class BackupDue
{
    static readonly TimeSpan _skew = TimeSpan.FromMinutes(10);

    /// <summary>Decides what to do now.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="request">The request for a backup, beside the schedule.</param>
    /// <param name="last">The newest backup.</param>
    /// <param name="verified">The last time that a backup was read back.</param>
    /// <param name="now">The time.</param>
    public static BackupWork GetWork(
        BackupSpec spec, string? request, BackupSummary? last, BackupVerification? verified, DateTimeOffset now)
    {
        if (last is null || (request is not null && last.Request != request) || GetNext(spec, last, now) <= now)
            return BackupWork.Backup;
        var known = verified?.At > now + _skew ? null : verified;
        return GetVerification(spec, last, known) <= now ? BackupWork.Verify : BackupWork.None;
    }

    /// <summary>
    /// Returns when the next backup is due. The first one is due at once, and one that was missed stays due. Returns null
    /// if the schedule names no day that ever comes, such as the 30th of February.
    /// </summary>
    public static DateTimeOffset? GetNext(BackupSpec spec, BackupSummary? last, DateTimeOffset now) =>
        // A clock that was ahead made one: the next attempt fails, and says so.
        last is null || last.Began > now + _skew
        ? now
        : spec.FindNext(last.Began);

    /// <summary>
    /// Returns when the newest backup is to be read back, or null if it never is. What was damaged is due at once, but
    /// not the same backup again.
    /// </summary>
    public static DateTimeOffset? GetVerification(
        BackupSpec spec, BackupSummary? last, BackupVerification? verified)
    {
        if (last is null || spec.VerifyInterval.Value == TimeSpan.Zero)
            return null;
        if (verified is null || (verified.DamagedCount > 0 && verified.Name != last.Name))
            return last.Finished;
        return verified.At + spec.VerifyInterval.Value;
    }
}

/// <summary>The work that is due.</summary>
enum BackupWork
{
    None,
    Backup,
    Verify,
}
