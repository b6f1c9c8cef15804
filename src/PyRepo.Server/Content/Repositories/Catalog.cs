using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// A repository's projects as people browse them. It is derived from what is in memory: whoever asks costs no request
/// to a store or an upstream. A hosted repository lists all of its projects, a proxy those of which it keeps files.
/// </summary>
/// <param name="Entries">The projects, sorted by name. Only the same array is equal.</param>
public sealed record Catalog(ImmutableArray<CatalogEntry> Entries)
{
    /// <summary>A catalog without projects.</summary>
    public static Catalog Empty { get; } = new([]);

    /// <summary>Why the catalog is not complete, or null if it is: a sentence for people.</summary>
    public string? Incomplete { get; init; }
}
