using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>The projects of an upstream that are in memory, and the context that they share.</summary>
sealed class CachedProjects
{
    readonly ConcurrentDictionary<ProjectName, CachedProject> _projects = new();

    /// <summary>The upstream.</summary>
    public required SimpleClient Upstream { get; init; }

    /// <summary>Asks it for pages.</summary>
    public required ProjectPages Pages { get; init; }

    /// <summary>The store of the cache.</summary>
    public required IStore Store { get; init; }

    /// <summary>The pages in the store.</summary>
    public required CachedDocuments Documents { get; init; }

    /// <summary>The projects that upstream once had.</summary>
    public SeenProjects Seen => Documents.Seen;

    /// <summary>The versions of the pages that are current.</summary>
    public required PageIndex Current { get; init; }

    /// <summary>The records of the cached files.</summary>
    public required ProjectRecords Records { get; init; }

    /// <summary>The metadata that pages lack.</summary>
    public required IMissingMetadata Missing { get; init; }

    /// <summary>The attestations of upstream's files.</summary>
    public required IUpstreamProvenance Provenance { get; init; }

    /// <summary>The turns of projects whose attestations are being verified.</summary>
    public SemaphoreSlim Verifying { get; } = new(ServerLimits.MaxVerifiedProjects);

    /// <summary>The archives of upstream's files.</summary>
    public required IUpstreamArchives Archives { get; init; }

    /// <summary>The ages of projects that files require.</summary>
    public DependencyDates Dependencies => field ??= new(this);

    /// <summary>Tells of files that upstream replaced.</summary>
    public required ReplacementLog Replacements { get; init; }

    /// <summary>The turns of projects whose files are being inspected.</summary>
    public SemaphoreSlim Inspecting { get; } = new(ServerLimits.MaxInspectedProjects);

    /// <summary>
    /// Gets each project that is shown from now on, if its files are examined; null if upstream does not know it.
    /// </summary>
    public Action<ProjectName, ProjectSnapshot?>? Shown { get; set; }

    /// <summary>Limits what is in memory.</summary>
    public required MemoryBudget Budget { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The number of projects, whether upstream knows them or not.</summary>
    public int Count => _projects.Count;

    /// <summary>Returns a project, or null if it is not in memory.</summary>
    public CachedProject? Find(ProjectName project) => _projects.GetValueOrDefault(project);

    /// <summary>Returns a project, of which nothing may be known yet.</summary>
    public CachedProject GetOrCreate(ProjectName project) =>
        _projects.GetOrAdd(project, static (name, shared) => new CachedProject(name, shared), this);

    /// <summary>Creates the snapshot of a page that upstream has, with what is known of the cached files.</summary>
    public async Task<ProjectSnapshot> CreateSnapshotAsync(ProjectName project, CachedPage cachedPage)
    {
        var (page, metadata) = (cachedPage.Page!, cachedPage.Metadata);
        await UpstreamSnapshot.WaitForRoomAsync(page);
        var snapshot = await Records.FindListedAsync(project, CancellationToken.None) is not { } record
            ? UpstreamSnapshot.From(project, page, null, metadata.Dates, $"{metadata.Serial}")
            : await record.ReadAsync(
                history => UpstreamSnapshot.From(
                    project, page, history, metadata.Dates, $"{metadata.Serial}-{history.Serial}"),
                CancellationToken.None);
        var settings = Documents.Settings;
        if (settings.Provenance is { } provenance)
            snapshot = PublisherRatchet.AddTo(snapshot, cachedPage, provenance);
        return settings.Guard is { } guard
            ? PageGuard.AddTo(snapshot, cachedPage, guard) : PageGuard.AddChanged(snapshot, cachedPage);
    }

    /// <summary>Removes a project from memory, unless another one has its name by now.</summary>
    public void Remove(ProjectName name, CachedProject project) => _projects.TryRemove(new(name, project));
}
