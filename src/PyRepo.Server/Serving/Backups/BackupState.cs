namespace PyRepo.Server.Serving.Backups;

/// <summary>The state of a repository's backups.</summary>
sealed record BackupState
{
    /// <summary>Whether the bucket was looked at.</summary>
    public bool IsKnown { get; init; }

    /// <summary>How many there are.</summary>
    public int Count { get; init; }

    /// <summary>The newest one, or null if there is none.</summary>
    public BackupSummary? Last { get; init; }

    /// <summary>When the next one is due, or null if the schedule names no day that ever comes.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>The last time that one was read back, or null if none was.</summary>
    public BackupVerification? Verified { get; init; }

    /// <summary>When the newest one is to be read back, or null if it never is.</summary>
    public DateTimeOffset? VerificationDue { get; init; }

    /// <summary>How far the one is that is being made; null if none is.</summary>
    public BackupProgress? Running { get; init; }

    /// <summary>Why the last attempt failed, or null if it did not.</summary>
    public BackupFailure? Failure { get; init; }

    /// <summary>Why old ones are not removed, or null if they are.</summary>
    public string? NotRemoved { get; init; }
}

/// <summary>Why there is no backup.</summary>
/// <param name="Message">The message of the last attempt.</param>
/// <param name="Since">When the first of the attempts failed.</param>
sealed record BackupFailure(string Message, DateTimeOffset Since);
