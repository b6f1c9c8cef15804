using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Simple;

/// <summary>What distinguishes one rendered answer from another, but for its version.</summary>
/// <param name="Repository">Whose answer.</param>
/// <param name="Subject">The project, and where needed the release; empty for the list of projects.</param>
/// <param name="Form">The media type, or another word for the form.</param>
/// <param name="Gzip">Whether it is compressed.</param>
/// <param name="Base">The absolute URL that its links begin with; empty where they are relative.</param>
readonly record struct PageKey(IRepository Repository, string Subject, string Form, bool Gzip, string Base = "");

/// <summary>Rendered answers: made when first asked for after a change, and kept while there is memory for them.</summary>
sealed class PageStore(MemoryBudget budget)
{
    const int Stripes = 64;
    readonly BudgetedCache<PageKey, (string Version, RenderedPage Page)> _kept = new(budget);
    readonly Lock[] _rendering = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    /// <summary>The answer of a version, if it is kept.</summary>
    public RenderedPage? Find(PageKey key, string version) =>
        _kept.TryGet(key, out var kept) && kept.Version == version ? kept.Page : null;

    /// <summary>The answer of a version. Many who ask for the same one at once wait for one rendering.</summary>
    public RenderedPage FindOrRender(PageKey key, string version, Func<RenderedPage> render)
    {
        if (Find(key, version) is { } page)
            return page;
        lock (_rendering[(uint)key.GetHashCode() % Stripes])
        {
            if (Find(key, version) is { } meanwhile)
                return meanwhile;
            page = render();
            _kept.Set(key, (version, page), page.Weight);
            return page;
        }
    }
}
