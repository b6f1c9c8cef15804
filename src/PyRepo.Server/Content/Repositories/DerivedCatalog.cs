using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A catalog that is made of another one, and made again only when that has changed.</summary>
sealed class DerivedCatalog
{
    volatile Derived? _last;

    /// <summary>Returns what is made of a catalog.</summary>
    /// <param name="source">The catalog.</param>
    /// <param name="derive">Makes the entries.</param>
    /// <param name="by">What else the entries depend on, compared by reference, or null.</param>
    public Catalog Of(
        Catalog source, Func<ImmutableArray<CatalogEntry>, ImmutableArray<CatalogEntry>> derive, object? by = null)
    {
        if (_last is { } last && last.Source == source && ReferenceEquals(last.By, by))
            return last.Catalog;
        var made = source with { Entries = derive(source.Entries) };
        _last = new Derived(source, by, made);
        return made;
    }

    sealed record Derived(Catalog Source, object? By, Catalog Catalog);
}
