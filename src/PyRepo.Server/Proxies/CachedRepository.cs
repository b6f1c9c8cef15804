using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Files;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies;

/// <summary>Another index behind a cache. Its pages and files are cached, and served even while it is down.</summary>
sealed class CachedRepository : IRepository, IAsyncDisposable
{
    readonly SimpleClient _upstream;
    readonly ProjectRecords _records;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly CachedProjects _projects;
    readonly FileOpener _opener;
    readonly FetchedFileGuard _guard;
    readonly RangedMetadata _rangedMetadata;
    readonly PageIndex _current;
    readonly CachedList _list;
    readonly CacheEntries _entries;
    readonly DerivedCatalog _catalog = new();

    public CachedRepository(
        SimpleClient upstream, IStore store, ProjectRecords records, MemoryBudget budget, CacheSettings settings,
        TimeProvider clock, ILogger logger, CancellationToken stopping)
    {
        (_upstream, _records, _clock, _logger) = (upstream, records, clock, logger);
        var cached = _entries = new CacheEntries(clock, logger) { Settings = settings };
        CachedFiles = new CachedFiles(cached, store, records, clock);
        SeenProjects = new SeenProjects(store);
        CachedPages = new CachedDocuments(cached, SeenProjects, store, upstream.Slots, clock);
        _current = new PageIndex(upstream, CachedPages, budget, clock);
        Usage = new CacheUsage(cached, store, clock);
        Files = new FileFetcher(upstream, store, records, cached, CachedFiles, clock, logger, stopping);
        var documents = new UpstreamDocuments(upstream, store, CachedPages, budget, logger);
        var metadata = new UpstreamMetadata(documents, logger);
        var provenance = new UpstreamProvenance(documents, logger);
        _opener = new FileOpener(
            Files, CachedFiles, metadata, provenance, new CoreMetadataFiles(budget), clock);
        _rangedMetadata = new RangedMetadata(upstream, metadata, clock, logger);
        _projects = new CachedProjects
        {
            Upstream = upstream,
            Pages = new ProjectPages(upstream, budget, clock),
            Store = store,
            Documents = CachedPages,
            Current = _current,
            Records = records,
            Missing = _rangedMetadata,
            Provenance = new UpstreamVerdicts(provenance, () => Settings, ProvenanceCounts, logger),
            Archives = new UpstreamArchives(upstream, () => Settings, clock, logger),
            Replacements = new ReplacementLog(logger),
            Budget = budget,
            Clock = clock,
            Logger = logger,
        };
        KeptPages = new KeptPages(_projects);
        Files.Verified = CorrectAsync;
        _guard = new FetchedFileGuard(_projects, CachedFiles);
        Files.Inspected = _guard.InspectFetchedAsync;
        _list = new CachedList(upstream, clock);
    }

    /// <summary>How pages and files are cached. A changed resource replaces all of it at once.</summary>
    public CacheSettings Settings
    {
        get => _entries.Settings;
        set
        {
            var isOther = value.ExaminationFingerprint != _entries.Settings.ExaminationFingerprint;
            _entries.Settings = value;
            if (isOther)
                _current.Clear(); // Its pages have no outcomes, or others.
        }
    }

    /// <summary>The number of projects that are in memory, known or not.</summary>
    public int ProjectsInMemory => _projects.Count;

    /// <inheritdoc cref="CachedProjects.Shown"/>
    public Action<ProjectName, ProjectSnapshot?>? Shown
    {
        get => _projects.Shown;
        set => _projects.Shown = value;
    }

    /// <inheritdoc cref="FetchedFileGuard.Judge"/>
    public Func<Distribution, Verdict?>? Judge
    {
        get => _guard.Judge;
        set => _guard.Judge = value;
    }

    /// <summary>Counts upstream's files by what was found out about their attestations.</summary>
    public ProvenanceCounts ProvenanceCounts { get; } = new();

    /// <summary>How many files upstream replaced under their names.</summary>
    public long ReplacedFiles => _projects.Replacements.Count;

    /// <summary>How many pages and files came from the cache.</summary>
    public CacheCounts Counts { get; } = new();

    /// <summary>The objects on the disk.</summary>
    public CacheEntries Entries => _entries;

    /// <summary>The cached files.</summary>
    public CachedFiles CachedFiles { get; }

    /// <summary>The pages and metadata files on the disk.</summary>
    public CachedDocuments CachedPages { get; }

    /// <summary>Reads those pages without upstream.</summary>
    public KeptPages KeptPages { get; }

    /// <summary>The projects that upstream once had.</summary>
    public SeenProjects SeenProjects { get; }

    /// <summary>When what is cached was last used.</summary>
    public CacheUsage Usage { get; }

    /// <summary>Fetches files.</summary>
    public FileFetcher Files { get; }

    /// <inheritdoc/>
    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        _upstream.LoopReason is { } reason
            ? new(new ProjectListAnswer.Unavailable(_clock.GetUtcNow(), FreshnessPolicy.RetryInterval)
            {
                Reason = reason,
            })
            : _list.GetAsync(Settings, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Which release is the latest, only upstream knows.</remarks>
    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) => new(_catalog.Derive(
        _records.Catalog,
        all => [.. all.Where(e => e.Files > 0).Select(e => e.WithoutReleases())]));

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        _upstream.LoopReason is { } reason ? new(GetLoop(project, reason))
        : asOf is { } date ? GetDatedAsync(project, date, cancellationToken)
        : GetCurrentAsync(project, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (_upstream.LoopReason is null && _current.FindVersion(project, Settings.Times) is { } version)
        {
            Counts.Add(CacheOutcome.Hit);
            return new(new SnapshotVersion(version, new CurrentSnapshot(this, project), CacheOutcome.Hit));
        }
        return new(ReadAsync(project, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        if (_upstream.LoopReason is { } loop)
            return new OpenAnswer.Unavailable(_clock.GetUtcNow(), FreshnessPolicy.RetryInterval) { Reason = loop };
        // What is shown under a policy is shown without it, too; a file that it hides is looked up, to say why.
        var file = request.FindShown();
        if (file is null)
        {
            var answer = await FindPageAsync(request, cancellationToken);
            if (answer is ProjectAnswer.Unavailable { IsUnprovedAbsence: false } down)
                return new OpenAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
            file = FindFile(answer, request);
        }
        if (file is null)
        {
            return new OpenAnswer.NotFound(
                $"There is no file '{request.FileName}' with these bytes in '{request.Project}'.");
        }
        if (request.Reject?.Invoke(file) is { } rejection)
            return rejection;
        try
        {
            if (request.Kind is FileContentKind.Bytes && _guard.IsAwaiting(file)
                && await Files.FindCachedAsync(file, cancellationToken) is { } cached
                && await _guard.InspectCachedAsync(file, cached, cancellationToken) is { } inspected
                && request.Reject?.Invoke(inspected) is { } found)
            {
                return found;
            }
            var opened = request.Kind switch
            {
                FileContentKind.Metadata => await _opener.OpenMetadataAsync(file, cancellationToken),
                FileContentKind.Provenance => await _opener.OpenProvenanceAsync(file, cancellationToken),
                FileContentKind.Bytes =>
                    await _opener.OpenBytesAsync(file, request.IsForAllBytes, cancellationToken),
                _ => throw new UnreachableException(),
            };
            Counts.Add(opened.Cache);
            return opened;
        }
        catch (UpstreamUnavailableException error)
        {
            // The file itself may have been found wanting.
            if (error.IsRejection && await _guard.FindJudgedAsync(file) is { } judged
                && request.Reject?.Invoke(judged) is { } reason)
            {
                return reason;
            }
            if (error.IsElsewhere)
                Log.FailedElsewhere(_logger, file.Name.FileName, error.Detail);
            return new OpenAnswer.Unavailable(_clock.GetUtcNow(), FreshnessPolicy.RetryInterval)
            {
                Reason = error.Message,
            };
        }
    }

    /// <summary>
    /// Returns a project as upstream has it now. It is not asked if the cached page has the serial with which it lists
    /// the project.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">Upstream is not available.</exception>
    public Task<ProjectAnswer> GetFromUpstreamAsync(ProjectName project, long? listed) =>
        _projects.GetOrCreate(project).GetFromUpstreamAsync(listed);

    /// <inheritdoc cref="FileOpener.KeepAsync"/>
    public Task<long?> KeepAsync(Distribution file, CancellationToken cancellationToken) =>
        _opener.KeepAsync(file, cancellationToken);

    /// <summary>
    /// Refreshes pages that are in use and will soon be stale, so that no client has to wait for them.
    /// </summary>
    public async Task RefreshAheadAsync(CancellationToken cancellationToken)
    {
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            _current.SoonStale(Settings.Times).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (project, _) =>
            {
                try
                {
                    await _projects.GetOrCreate(project).RefreshAsync(force: true);
                }
                catch (Exception error)
                {
                    failures.Enqueue(error); // The other pages are refreshed all the same.
                }
            });
        if (failures.TryDequeue(out var first))
            ExceptionDispatchInfo.Throw(first);
    }

    /// <summary>Waits until what was served has been written.</summary>
    public Task FinishWritesAsync() => Task.WhenAll(CachedPages.Writes.DrainAsync(), Files.FinishWritesAsync());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await FinishWritesAsync();
        _upstream.Dispose();
    }

    async Task CorrectAsync(Distribution file, Sha256Digest? metadata)
    {
        if (_rangedMetadata.Correct(file, metadata))
            _current.Forget(file.Name.Project);
        if (_projects.Find(file.Name.Project) is { } project)
            await project.CorrectAsync(file, metadata);
    }

    async ValueTask<ProjectAnswer> GetCurrentAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var answer = await _projects.GetOrCreate(project).GetAsync(cancellationToken);
        if (answer is ProjectAnswer.Known known)
            Counts.Add(known.Cache);
        return answer;
    }

    /// <summary>
    /// Answers a request of this proxy's own that came back. Not even the cache answers it, or else the proxies in the
    /// loop would confirm each other's pages for ever.
    /// </summary>
    ProjectAnswer.Unavailable GetLoop(ProjectName project, string reason)
    {
        Log.Loops(_logger, project.Value, reason);
        return new(_clock.GetUtcNow(), FreshnessPolicy.RetryInterval) { Reason = reason };
    }

    async Task<SnapshotVersion> ReadAsync(ProjectName project, CancellationToken cancellationToken) =>
        SnapshotVersion.From(await GetProjectAsync(project, null, cancellationToken));

    async ValueTask<ProjectAnswer> GetDatedAsync(
        ProjectName project, DateTimeOffset date, CancellationToken cancellationToken) =>
        await _projects.GetOrCreate(project).GetAsync(cancellationToken) switch
        {
            ProjectAnswer.Known known => known with { Snapshot = DatedSnapshot.Create(known.Snapshot, date) },
            var answer => answer,
        };

    /// <summary>
    /// Returns the page of a file. The URL may come from a newer page than the cached one, so upstream is queried once
    /// before this fails.
    /// </summary>
    async Task<ProjectAnswer> FindPageAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var project = _projects.GetOrCreate(request.Project);
        var answer = await project.GetAsync(cancellationToken);
        var mayBeNewer = answer is ProjectAnswer.NotKnown
            or ProjectAnswer.Known { Cache: CacheOutcome.Hit or CacheOutcome.Stale };
        return mayBeNewer && FindFile(answer, request) is null
            ? await project.GetNewerAsync(
                request.Alias ?? $"{request.HashPrefix}/{request.FileName}", cancellationToken)
            : answer;
    }

    static Distribution? FindFile(ProjectAnswer answer, FileRequest request) =>
        answer is ProjectAnswer.Known { Snapshot: var page } ? request.FindIn(page) : null;
}
