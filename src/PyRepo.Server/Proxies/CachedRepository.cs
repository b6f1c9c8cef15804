using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Inspection;
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
    const string NoRoom = "there is no room for all of it at once in the cache";

    readonly SimpleClient _upstream;
    readonly ProjectRecords _records;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly CachedProjects _projects;
    readonly FileOpener _opener;
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
            Budget = budget,
            Clock = clock,
            Logger = logger,
        };
        KeptPages = new KeptPages(_projects);
        Files.Verified = CorrectAsync;
        Files.Inspected = InspectAsync;
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

    /// <summary>Returns what hides a file, or null. It is asked again when more is found out about it.</summary>
    public Func<Distribution, Verdict?>? Judge { get; set; }

    /// <summary>Counts upstream's files by what was found out about their attestations.</summary>
    public ProvenanceCounts ProvenanceCounts { get; } = new();

    /// <summary>How many pages and files came from the cache.</summary>
    public CacheCounts Counts { get; } = new();

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
        all => [.. all.Where(e => e.Files > 0).Select(e => e with { LatestVersion = null, Versions = 0 })]));

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
            if (request.Kind is FileContentKind.Bytes
                && await InspectCachedAsync(file, cancellationToken) is { } inspected
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
            if (error.IsRejection && await FindJudgedAsync(file) is { } judged
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
    public Task FinishWritesAsync() => CachedPages.Writes.DrainAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await FinishWritesAsync();
        _upstream.Dispose();
    }

    /// <summary>
    /// Inspects a file for the release guard when it is there as a whole. Once for each file: what is known of it is kept
    /// with its page.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">The policy hides it.</exception>
    async Task InspectAsync(Distribution file, StagedObject? staged)
    {
        if (Settings.Guard is not { } guard)
            return;
        var project = _projects.GetOrCreate(file.Name.Project);
        var known = project.FindInspected(file);
        if (known is { IsWhole: true })
            return;
        if (staged is null)
        {
            await InspectPassedOnAsync(file, known, project, guard);
            return;
        }
        await using var bytes = staged.OpenRead();
        var facts = await InspectAsync(bytes, file, CancellationToken.None);
        var judged = await project.AddFetchedAsync(
            file, UpstreamArchives.Describe(file, facts, isWhole: true, guard), guard);
        if (Judge?.Invoke(judged) is { } verdict)
            throw Refuse(verdict.GetSentence(file.Name.FileName));
    }

    /// <summary>
    /// Inspects a file for which there is no room, so that it is gone before all of it was there. Ranges of it say what
    /// they can. What nobody can say counts as unreadable.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">The policy hides it.</exception>
    async Task InspectPassedOnAsync(
        Distribution file, InspectedFile? known, CachedProject project, GuardSettings guard)
    {
        if (!guard.IsAwaited)
            return;
        if (known is null && file.Name.PackageType is PackageType.Wheel
            && (await _projects.Archives.InspectAsync([file])).Outcomes.TryGetValue(file.Name.FileName, out known)
            && Judge?.Invoke(await project.AddFetchedAsync(file, known, guard)) is { } verdict)
        {
            throw Refuse(verdict.GetSentence(file.Name.FileName));
        }
        if (known?.Facts is { IsPartial: false })
            return;
        var unreadable = new InspectedFile("", IsWhole: false, ArchiveFacts.Unreadable(NoRoom));
        if (Judge?.Invoke(PageGuard.JudgeAlone(file, unreadable, guard)) is { } hidden)
            throw Refuse(hidden.GetSentence(file.Name.FileName));
    }

    /// <summary>
    /// Inspects a file that was cached before anybody looked at it as a whole, or of which that was forgotten.
    /// </summary>
    /// <returns>The file as it is judged now, or null if there is nothing new.</returns>
    async Task<Distribution?> InspectCachedAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (Settings.Guard is not { } guard || file.Guard is not { IsWhole: false }
            || await Files.FindCachedAsync(file, cancellationToken) is not { } cached
            || await CachedFiles.OpenPartsAsync(cached.Location, cancellationToken) is not { } content)
        {
            return null;
        }
        await using (content)
        {
            await using var bytes = await content.OpenSeekableAsync(cancellationToken);
            var facts = await InspectAsync(bytes, file, cancellationToken);
            if (facts.Problem is not null && !await IsIntactAsync(bytes, cached, cancellationToken))
            {
                await CachedFiles.DropAsync(cached); // The disk has damaged it. It is fetched again.
                return null;
            }
            return await _projects.GetOrCreate(file.Name.Project).AddFetchedAsync(
                file, UpstreamArchives.Describe(file, facts, isWhole: true, guard), guard);
        }
    }

    async Task<ArchiveFacts> InspectAsync(Stream bytes, Distribution file, CancellationToken cancellationToken)
    {
        try
        {
            return await GuardInspection.InspectAsync(bytes, file.Name, owner: _projects, cancellationToken);
        }
        catch (RejectedException error)
        {
            throw Refuse(error.Message);
        }
    }

    static async Task<bool> IsIntactAsync(Stream bytes, Distribution cached, CancellationToken cancellationToken)
    {
        bytes.Position = 0;
        return await Sha256Digest.HashDataAsync(bytes, cancellationToken) == cached.Sha256;
    }

    static UpstreamUnavailableException Refuse(string message) => new(message) { IsRejection = true };

    async Task<Distribution?> FindJudgedAsync(Distribution file) =>
        Settings.Guard is not null && await _projects.GetOrCreate(file.Name.Project).GetAsync(CancellationToken.None)
            is ProjectAnswer.Known { Snapshot: var page }
                ? page.Files.Select(each => each.Distribution).FirstOrDefault(
                    each => each.Name.FileName == file.Name.FileName && each.Sha256 == file.Sha256)
                : null;

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
