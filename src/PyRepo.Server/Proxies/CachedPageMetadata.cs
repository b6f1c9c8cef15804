namespace PyRepo.Server.Proxies;

/// <summary>When and how a page was fetched.</summary>
/// <remarks>Generated JSON readers set missing properties to null, regardless of the initializer.</remarks>
sealed record CachedPageMetadata
{
    /// <summary>When upstream last confirmed the page.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Whether upstream reported that there is no such project.</summary>
    public bool NotKnown { get; init; }

    /// <summary>The URL of the upstream that the page is of, or null if an older version saved it.</summary>
    public string? Upstream { get; init; }

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>The number of different pages that were seen.</summary>
    public long Serial { get; init; }

    /// <summary>
    /// When new files, or files with changed hashes, first appeared on a page that had been cached before.
    /// </summary>
    public Dictionary<string, DateTimeOffset> FirstSeen { get; init => field = value ?? []; } = [];
}
