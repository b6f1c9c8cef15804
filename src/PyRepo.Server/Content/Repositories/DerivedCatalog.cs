using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A catalog that is made of another one, and made again only when that has changed.</summary>
sealed class DerivedCatalog
{
    volatile Derived? _last;

    /// <summary>Returns what is made of a catalog.</summary>
    /// <param name="source">The catalog.</param>
    /// <param name="derive">Makes the entries.</param>
    /// <param name="by">Another object that the entries depend on, compared by reference, or null.</param>
    public Catalog Derive(
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

/// <summary>The entry of a project in lists and search.</summary>
/// <param name="Project">The project.</param>
/// <remarks>There may be a million, all of which are in memory.</remarks>
public sealed record CatalogEntry(ProjectName Project)
{
    readonly long _newestFileAt;

    /// <summary>The name as the latest release spells it, if it is known; otherwise the normalized name.</summary>
    [AllowNull]
    public string DisplayName
    {
        get => field ?? Project.Value;
        init => field = value == Project.Value || value?.Length > ServerLimits.MaxProjectNameLength ? null : value;
    }

    /// <summary>The start of the latest release's summary, or null if it has none or is not known yet.</summary>
    public string? Summary
    {
        get;
        init => field = value?.Length > ServerLimits.MaxListedSummaryLength
            ? string.Concat(value.AsSpan(0, ServerLimits.MaxListedSummaryLength).TrimEnd(), "…")
            : value;
    }

    /// <summary>The version of the latest release, or null if there is none or it is not known here.</summary>
    public string? LatestVersion { get; init; }

    /// <summary>Whether that release is yanked, as it is only if all are.</summary>
    public bool IsLatestYanked { get; init; }

    /// <summary>The number of releases.</summary>
    public int Versions { get; init; }

    /// <summary>The number of visible files.</summary>
    public int Files { get; init; }

    /// <summary>The size of those files in bytes.</summary>
    public long Size { get; init; }

    /// <summary>When the newest of those files was added, or null if there is none.</summary>
    public DateTimeOffset? NewestFileAt
    {
        get => _newestFileAt == 0 ? null : new DateTimeOffset(_newestFileAt, TimeSpan.Zero);
        init => _newestFileAt = value?.UtcTicks ?? 0;
    }

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public ProjectStatus Status { get; init; }

    /// <summary>The members of a group that provide the project, from the outermost to the innermost.</summary>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>Returns the entry without what is known of releases.</summary>
    public CatalogEntry WithoutReleases() =>
        LatestVersion is null && Versions == 0 ? this : this with { LatestVersion = null, Versions = 0 };

    /// <summary>Returns the entry without what takes the most memory.</summary>
    public CatalogEntry WithoutText() => this with { DisplayName = null, Summary = null };

    /// <summary>Whether the entry has what takes the most memory.</summary>
    public bool HasText => Summary is not null || DisplayName != Project.Value;
}
