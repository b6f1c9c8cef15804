using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>The catalogs of a group's members as one. It is made again only when one of them has changed.</summary>
sealed class MergedCatalog
{
    volatile Merged? _last;

    /// <summary>Returns the projects of all members.</summary>
    /// <param name="parts">The members with their catalogs, by priority.</param>
    /// <param name="precedence">Decides which members provide a project.</param>
    public Catalog Merge(ImmutableArray<(Member Member, Catalog Catalog)> parts, Precedence precedence)
    {
        var sources = parts.Select(part => part.Catalog).ToImmutableArray();
        if (_last is { } last && last.Sources.AsSpan().SequenceEqual(sources.AsSpan()))
            return last.Catalog;
        var found = new SortedDictionary<ProjectName, CatalogEntry>();
        foreach (var (member, catalog) in parts)
        {
            foreach (var entry in catalog.Entries)
            {
                var isProvided = found.TryGetValue(entry.Project, out var first);
                if (!precedence.Provides(member, entry.Project, isProvided))
                    continue;
                var own = entry with { AnsweredBy = member.And(entry.AnsweredBy) };
                found[entry.Project] = first is null ? own : Combine(first, own);
            }
        }
        var reasons = parts.Where(part => part.Catalog.Incomplete is not null)
            .Select(part => $"{part.Member.Name}: {part.Catalog.Incomplete}").ToList();
        var made = new Catalog([.. found.Values])
        {
            Incomplete = reasons.Count == 0 ? null : string.Join(" ", reasons),
        };
        _last = new Merged(sources, made);
        return made;
    }

    static CatalogEntry Combine(CatalogEntry first, CatalogEntry other) => GetMoreWanted(first, other) with
    {
        Versions = Math.Max(first.Versions, other.Versions),
        Files = first.Files + other.Files,
        Size = first.Size + other.Size,
        NewestFileAt = other.NewestFileAt > (first.NewestFileAt ?? default) ? other.NewestFileAt : first.NewestFileAt,
        AnsweredBy = [.. first.AnsweredBy.Union(other.AnsweredBy)],
    };

    /// <summary>
    /// Returns the entry whose latest release users want more, in the order of
    /// <see cref="PackedDistribution.CompareWanted"/>. It also has its name and summary.
    /// </summary>
    static CatalogEntry GetMoreWanted(CatalogEntry first, CatalogEntry other) =>
        GetWanted(other).CompareTo(GetWanted(first)) > 0 ? other : first;

    static (bool, bool, PythonVersion?) GetWanted(CatalogEntry entry)
    {
        var version = PythonVersion.TryParse(entry.LatestVersion, out var parsed) ? parsed : null;
        return (!entry.IsLatestYanked, version is { IsPrerelease: false }, version);
    }

    sealed record Merged(ImmutableArray<Catalog> Sources, Catalog Catalog);
}
