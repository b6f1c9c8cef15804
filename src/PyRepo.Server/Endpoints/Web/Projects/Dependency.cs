using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>A requirement of a release, and what the repository has of that project.</summary>
/// <param name="Text">The requirement as it is written.</param>
/// <param name="Parsed">The same, parsed, or null if it is not valid.</param>
/// <param name="Entry">The project in the catalog, or null if it is not there for the caller.</param>
/// <param name="MayBeHere">Whether its page may be there all the same: a proxy has not been asked for it yet.</param>
sealed record Dependency(string Text, Requirement? Parsed, CatalogEntry? Entry, bool MayBeHere)
{
    /// <summary>The dependencies that are looked at. A release with more is cut off with a note.</summary>
    public const int Max = 500;

    /// <summary>The extra that asks for it, or null if the release always does.</summary>
    public string? Extra
    {
        get
        {
            const string condition = "extra == \"";
            var marker = Parsed?.Marker?.ToString() ?? "";
            var at = marker.IndexOf(condition, StringComparison.Ordinal);
            var rest = at < 0 ? "" : marker[(at + condition.Length)..];
            return rest.IndexOf('"') is > 0 and var end ? rest[..end] : null;
        }
    }

    /// <summary>When it applies, besides the extra; null if always.</summary>
    public string? Condition =>
        Parsed?.Marker?.ToString() is { } marker && marker != $"extra == \"{Extra}\"" ? marker : null;

    /// <summary>Looks dependencies up in what the caller may read.</summary>
    public static async Task<ImmutableArray<Dependency>> FindAsync(PageContext page, IReadOnlyList<string> requirements)
    {
        var repository = page.Request.Repository;
        var entries = (await repository.Repository.GetCatalogAsync(page.Request.Aborted)).Entries;
        var hasUpstream = repository.HasUpstream || repository.Members.Values.Any(member => member.HasUpstream);
        return
        [
            .. requirements.Take(Max).Select(text => Requirement.TryParse(text, out var parsed)
                ? new Dependency(text, parsed, Find(page, entries, parsed.Project), hasUpstream)
                : new Dependency(text, null, null, false)),
        ];
    }

    static CatalogEntry? Find(PageContext page, ImmutableArray<CatalogEntry> entries, ProjectName project)
    {
        var at = entries.BinarySearch(
            new CatalogEntry(project), Comparer<CatalogEntry>.Create((a, b) => a.Project.CompareTo(b.Project)));
        return at >= 0 && page.MayRead(entries[at]) ? entries[at] : null;
    }
}
