using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Which page of each project is current, and when it was last used. A page that is rendered is served with this alone,
/// long after its content has left the memory.
/// </summary>
sealed class PageIndex(SimpleClient upstream, CachedDocuments saved, MemoryBudget budget, TimeProvider clock)
{
    /// <summary>The approximate memory of one entry, in bytes.</summary>
    const int Weight = 350;

    /// <summary>How often a use is noted for the disk.</summary>
    static readonly TimeSpan _noteInterval = TimeSpan.FromMinutes(1);

    readonly BudgetedCache<ProjectName, CurrentPage> _pages = new(budget);

    /// <summary>
    /// Returns the version of a page that is fresh, or null. This counts as a use. That there is no page is another
    /// question: it needs evidence.
    /// </summary>
    public string? FindVersion(ProjectName project, CacheLifetimes times)
    {
        if (!_pages.TryGet(project, out var page) || page.Version is null
            || (page.Upstream is { } url && url != upstream.Url.AbsoluteUri)
            || !FreshnessPolicy.IsFresh(page.CheckedAt, isKnown: true, times, clock.GetUtcNow()))
        {
            return null;
        }
        NoteUse(project, page);
        return page.Version;
    }

    /// <summary>Notes that a client uses a page, in memory and, now and then, on the disk.</summary>
    public void NoteUse(ProjectName project)
    {
        if (_pages.TryGet(project, out var page))
            NoteUse(project, page);
    }

    /// <summary>Forgets a page, which has to be read before it is shown again.</summary>
    public void Forget(ProjectName project) => _pages.RemoveWhere(each => each == project);

    /// <summary>Forgets all pages.</summary>
    public void Clear() => _pages.RemoveWhere(_ => true);

    /// <summary>Replaces what is known of a page.</summary>
    public void Set(ProjectName project, CurrentPage page)
    {
        var now = clock.GetTimestamp();
        (page.LastUsed, page.NotedAt) = _pages.TryGet(project, out var last)
            ? (last.LastUsed, last.NotedAt)
            : (now, now);
        _pages.Set(project, page, Weight);
    }

    /// <summary>
    /// The projects whose pages are in use and will soon be stale, so that they should be refreshed before a client has
    /// to wait for it.
    /// </summary>
    public IEnumerable<ProjectName> SoonStale(CacheLifetimes times)
    {
        var now = clock.GetUtcNow();
        return _pages.Where(page => page.Version is not null && clock.GetElapsedTime(page.LastUsed) < times.Project
            && FreshnessPolicy.IsSoonStale(page.CheckedAt, times, now));
    }

    void NoteUse(ProjectName project, CurrentPage page)
    {
        var now = clock.GetTimestamp();
        page.LastUsed = now;
        if (clock.GetElapsedTime(page.NotedAt, now) < _noteInterval)
            return;
        page.NotedAt = now;
        saved.Use(StorageLayout.UpstreamPage(project));
    }
}

/// <summary>The facts about a project's page that are needed to serve it once it is rendered.</summary>
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
