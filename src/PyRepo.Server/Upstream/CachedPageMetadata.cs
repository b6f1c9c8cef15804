namespace PyRepo.Server.Upstream;

/// <summary>When and how a page was learnt.</summary>
/// <remarks>Generated JSON readers set what is missing to null, whatever the initializer says.</remarks>
sealed record CachedPageMetadata
{
    /// <summary>When upstream last confirmed it.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Whether upstream said that there is no such project.</summary>
    public bool NotKnown { get; init; }

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>Counts the different pages that were seen.</summary>
    public long Serial { get; init; }

    /// <summary>Files, or changed hashes of files, that appeared on a page that had been kept before; and when.</summary>
    public Dictionary<string, DateTimeOffset> FirstSeen { get; init => field = value ?? []; } = [];
}
