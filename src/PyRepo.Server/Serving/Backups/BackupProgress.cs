using PyRepo.Server.Serving.Moving;

namespace PyRepo.Server.Serving.Backups;

/// <summary>How far a backup is.</summary>
sealed class BackupProgress : ICopyProgress
{
    int _done;

    /// <summary>All files; most of them are there from the backup before.</summary>
    public int Total { get; private set; }

    /// <summary>The files that are in the backup.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <inheritdoc/>
    public void Start(CopyPlan plan) => Total = plan.Files;

    /// <inheritdoc/>
    public void Read(long bytes)
    {
    }

    /// <inheritdoc/>
    public void Finish(string fileName, long size) => Interlocked.Increment(ref _done);
}
