using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Rendering;

/// <summary>
/// Caches rendered pages. A page is rendered on the first request after a change, and stays cached while there is
/// memory for it.
/// </summary>
sealed class PageCache(MemoryBudget budget)
{
    const int Stripes = 64;
    readonly BudgetedCache<PageKey, (string Version, RenderedPage Page)> _cache = new(budget);
    readonly Lock[] _rendering = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    /// <summary>Returns the page of a version if it is cached, or null.</summary>
    public RenderedPage? Find(PageKey key, string version) =>
        _cache.TryGet(key, out var cached) && cached.Version == version ? cached.Page : null;

    /// <summary>
    /// Removes the pages of repositories that are no longer served. A changed configuration makes new groups, and a
    /// list in a file weighs so little that it would never go by itself.
    /// </summary>
    public void RemoveOthers(IReadOnlySet<IRepository> served) =>
        _cache.RemoveWhere(key => !served.Contains(key.Repository));

    /// <summary>Returns the page of a version. Concurrent requests for the same page share one rendering.</summary>
    public RenderedPage GetOrRender(PageKey key, string version, Func<RenderedPage> render)
    {
        if (Find(key, version) is { } page)
            return page;
        lock (_rendering[(uint)key.GetHashCode() % Stripes])
        {
            if (Find(key, version) is { } renderedMeanwhile)
                return renderedMeanwhile;
            page = render();
            _cache.Set(key, (version, page), page.Weight);
            return page;
        }
    }
}
