using PyRepo.Server.Serving.Moving;

namespace PyRepo.Server.Serving.Backups;

/// <summary>How far a backup is.</summary>
sealed class BackupProgress : ICopyProgress
{
    int _done;
    long _read;

    /// <summary>All files; most of them are there from the backup before.</summary>
    public int Total { get; private set; }

    /// <summary>The files that are in the backup.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>The bytes that were read.</summary>
    public long BytesRead => Interlocked.Read(ref _read);

    /// <inheritdoc/>
    public void Start(CopyPlan plan) => Total = plan.Files;

    /// <inheritdoc/>
    public void Read(long bytes) => Interlocked.Add(ref _read, bytes);

    /// <inheritdoc/>
    public void Finish(string fileName, long size) => Interlocked.Increment(ref _done);
}
