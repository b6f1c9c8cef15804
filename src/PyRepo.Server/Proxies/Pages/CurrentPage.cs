namespace PyRepo.Server.Proxies.Pages;

/// <summary>What has to be known of a project's page to serve it once it is rendered.</summary>
/// <param name="Version">The version of its snapshot, or null if upstream does not know the project.</param>
/// <param name="CheckedAt">When upstream last confirmed it.</param>
/// <param name="Upstream">The URL of the upstream that did, or null if the page is older than this field.</param>
sealed record CurrentPage(string? Version, DateTimeOffset CheckedAt, string? Upstream)
{
    long _lastUsed;
    long _notedAt;

    /// <summary>When a client last used it, as the clock's timestamp.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }

    /// <summary>When a use was last noted for the disk, as the clock's timestamp.</summary>
    public long NotedAt
    {
        get => Volatile.Read(ref _notedAt);
        set => Volatile.Write(ref _notedAt, value);
    }
}
