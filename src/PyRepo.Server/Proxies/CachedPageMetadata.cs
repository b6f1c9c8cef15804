namespace PyRepo.Server.Proxies;

/// <summary>When and how a page was fetched.</summary>
/// <remarks>Generated JSON readers set missing properties to null, regardless of the initializer.</remarks>
sealed record CachedPageMetadata
{
    /// <summary>The format of pages that this server saves. It goes up when a page gets a field.</summary>
    public const int CurrentFormat = 1;

    /// <summary>
    /// The format in which the page was saved. One in an older format may lack what upstream's page has: when it is no
    /// longer fresh, the whole page is fetched.
    /// </summary>
    public int Format { get; init; }

    /// <summary>When upstream last confirmed the page.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Whether upstream reported that there is no such project.</summary>
    public bool NotKnown { get; init; }

    /// <summary>The URL of the upstream that the page is of, or null if an older version saved it.</summary>
    public string? Upstream { get; init; }

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>
    /// Goes up with each different page, and never occurs twice: a part of <c>ProjectSnapshot.Version</c>.
    /// </summary>
    public long Serial { get; init; }

    /// <summary>
    /// When new files, or files with changed hashes, first appeared on a page that had been cached before.
    /// </summary>
    public Dictionary<string, DateTimeOffset> FirstSeen { get; init => field = value ?? []; } = [];
}
