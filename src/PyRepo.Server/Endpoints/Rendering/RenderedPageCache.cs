using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>
/// Caches rendered pages. A page is rendered on the first request after a change, in the gate, and stays cached while
/// there is memory for it.
/// </summary>
/// <param name="budget">The memory of pages.</param>
/// <param name="gate">The gate in which they are rendered.</param>
/// <param name="lengthOfFiles">The bytes of pages in files.</param>
sealed class RenderedPageCache(
    MemoryBudget budget, WorkGate gate, long lengthOfFiles = ServerLimits.MaxCachedTemporaryLength)
{
    /// <summary>The format of a page that has the marker instead of a base URL.</summary>
    const string Template = "+template";

    readonly BudgetedCache<PageKey, Entry> _inMemory = new(budget);
    readonly BudgetedCache<PageKey, Entry> _inFiles = new(new(lengthOfFiles));

    /// <summary>Returns the page of a version if it is cached, or null.</summary>
    /// <param name="key">The page.</param>
    /// <param name="version">Its version.</param>
    /// <param name="baseUrl">The base URL of its absolute links, if it has any.</param>
    public RenderedPage? Find(PageKey key, string version, Func<string> baseUrl) =>
        (_inMemory.TryGet(key, out var cached) || _inFiles.TryGet(key, out cached)) && cached.Version == version
            && (cached.BaseUrl is null || cached.BaseUrl == baseUrl())
                ? cached.Page : null;

    /// <summary>
    /// Removes the pages of repositories that are no longer served. A changed configuration makes new groups, and
    /// lists in files would not go by themselves for a long time.
    /// </summary>
    public void RemoveOthers(IReadOnlySet<IRepository> served)
    {
        _inMemory.RemoveWhere(key => !served.Contains(key.Repository));
        _inFiles.RemoveWhere(key => !served.Contains(key.Repository));
    }

    /// <summary>Returns the page of a version. Concurrent requests for the same page share one rendering.</summary>
    /// <param name="key">The page.</param>
    /// <param name="version">Its version.</param>
    /// <param name="content">The content.</param>
    /// <param name="baseUrl">The base URL of its absolute links, if it has any.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <exception cref="OverloadedException"/>
    /// <exception cref="TooCostlyException"/>
    public async Task<RenderedPage> GetOrRenderAsync(
        PageKey key, string version, PageContent content, Func<string> baseUrl, CancellationToken cancellationToken)
    {
        if (Find(key, version, baseUrl) is { } page)
            return page;
        if (!content.HasBaseUrl)
            return await RenderAsync(key);
        var marked = key with { Format = key.Format + Template, Gzip = false };
        var template = Find(marked, version, baseUrl) ?? await RenderAsync(marked);
        // Only the last base URL's page is kept, so that whoever sends many takes the memory of one.
        var url = baseUrl();
        return await MakeAsync(
            new PageWork(key, version, url), content,
            work => template.With(url, content, key.Gzip, work), cancellationToken);

        Task<RenderedPage> RenderAsync(PageKey key) => MakeAsync(
            new PageWork(key, version, null), content,
            work => RenderedPage.Render(content, key.Gzip, work, Last(key)), cancellationToken);
    }

    /// <summary>Renders a page that only one caller gets, and keeps nothing.</summary>
    public Task<RenderedPage> RenderForOneAsync(
        PageKey key, PageContent content, CancellationToken cancellationToken) => gate.ComputeAsync(
        new PageWork(key, "", null, ForOne: new object()), content.WeightWhileRendered,
        work => RenderedPage.Render(content, key.Gzip, work), cancellationToken);

    Task<RenderedPage> MakeAsync(
        PageWork page, PageContent content, Func<WorkBudget, RenderedPage> make,
        CancellationToken cancellationToken) => gate.ComputeAsync(
        page, content.WeightWhileRendered,
        // It may have been made since it was looked for.
        work => Find(page.Key, page.Version, () => page.BaseUrl ?? "")
            ?? Keep(page.Key, new(page.Version, page.BaseUrl, make(work)), content),
        cancellationToken);

    /// <summary>The version of a page that is cached, whichever it is.</summary>
    RenderedPage? Last(PageKey key) =>
        _inMemory.TryGet(key, out var cached) || _inFiles.TryGet(key, out cached) ? cached.Page : null;

    RenderedPage Keep(PageKey key, Entry entry, PageContent content)
    {
        if (content.IsKept)
        {
            var (kept, other) = entry.Page.File is null ? (_inMemory, _inFiles) : (_inFiles, _inMemory);
            other.Remove(key);
            kept.Set(key, entry, entry.Page.Weight);
        }
        return entry.Page;
    }

    readonly record struct Entry(string Version, string? BaseUrl, RenderedPage Page);
}

/// <summary>Renders a page.</summary>
/// <param name="Key">The page.</param>
/// <param name="Version">Its version.</param>
/// <param name="BaseUrl">The base URL of its absolute links, or null if they have the marker.</param>
/// <param name="ForOne">The only one who gets the page, or null if it is the same for all.</param>
sealed record PageWork(PageKey Key, string Version, string? BaseUrl, object? ForOne = null) : WorkKey<RenderedPage>;

/// <summary>Identifies a rendered page, apart from its version.</summary>
/// <param name="Repository">The repository that the page shows.</param>
/// <param name="Subject">The project, with the release if there is one. Empty for the list of projects.</param>
/// <param name="Format">The media type, or another name for the format.</param>
/// <param name="Gzip">Whether the page is compressed.</param>
readonly record struct PageKey(IRepository Repository, string Subject, string Format, bool Gzip);
