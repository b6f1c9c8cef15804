using PyRepo.Server.Caching;

namespace PyRepo.Server.Rendering;

/// <summary>Rendered answers: made when first asked for after a change, and kept while there is memory for them.</summary>
sealed class PageStore(MemoryBudget budget)
{
    const int Stripes = 64;
    readonly BudgetedCache<PageKey, (string Version, RenderedPage Page)> _cache = new(budget);
    readonly Lock[] _rendering = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    /// <summary>The answer of a version, if it is kept.</summary>
    public RenderedPage? Find(PageKey key, string version) =>
        _cache.TryGet(key, out var kept) && kept.Version == version ? kept.Page : null;

    /// <summary>The answer of a version. Many who ask for the same one at once wait for one rendering.</summary>
    public RenderedPage GetOrRender(PageKey key, string version, Func<RenderedPage> render)
    {
        if (Find(key, version) is { } page)
            return page;
        lock (_rendering[(uint)key.GetHashCode() % Stripes])
        {
            if (Find(key, version) is { } meanwhile)
                return meanwhile;
            page = render();
            _cache.Set(key, (version, page), page.Weight);
            return page;
        }
    }
}
