namespace PyRepo.Server.Records;

/// <summary>One line of a project's record.</summary>
sealed record ProjectEvent
{
    public required ProjectEventKind Event { get; init; }

    /// <summary>1 for a record's first event, one more for each.</summary>
    public long Serial { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it: a user's name, or what the server did by itself.</summary>
    public required string By { get; init; }

    /// <summary>The file's name, for all but <see cref="ProjectEventKind.Status"/>.</summary>
    public string? File { get; init; }

    /// <summary>The key of the bytes.</summary>
    public string? Key { get; init; }

    /// <summary>For a file that somebody put into the folder: its time, by which a later change is noticed.</summary>
    public DateTimeOffset? FileTime { get; init; }

    public long? Size { get; init; }

    public string? Sha256 { get; init; }

    public string? CoreMetadata { get; init; }

    public string? Md5 { get; init; }

    public string? Blake2b256 { get; init; }

    public string? RequiresPython { get; init; }

    /// <summary>When the file was uploaded, where that is not <see cref="At"/>.</summary>
    public DateTimeOffset? Uploaded { get; init; }

    /// <summary>Why it was yanked, or has its status.</summary>
    public string? Reason { get; init; }

    /// <summary>The project's new status.</summary>
    public string? Status { get; init; }
}
