using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>A repository of files that users uploaded or put into its folder.</summary>
sealed class HostedRepository(
    IStore store, ProjectRecords records, MemoryBudget budget, TimeProvider clock, ILogger logger)
    : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);

    readonly CoreMetadataFiles _metadata = new(budget);
    readonly StoreOutage _outage = new(store, clock);

    /// <summary>The projects whose records could not be read lately, although the bucket answers.</summary>
    readonly ConcurrentDictionary<ProjectName, StoreOutage.Failure> _late = new();

    ProjectListAnswer.Known? _list;
    volatile ProjectAnswer.Unavailable? _unavailable = new(clock.GetUtcNow(), _retryAfter);

    /// <summary>Adds files and removes them.</summary>
    public HostedFiles Files { get; } = new(store, records, budget, clock, logger);

    /// <summary>Yanks and deletes releases, and sets projects' statuses.</summary>
    public HostedReleases Releases => field ??= new(records, Files, clock);

    /// <inheritdoc/>
    public string VerdictsVersion =>
        $"{(Settings.Attestations.Root is { } root ? root.Fingerprint : "off")}-{Settings.Guard}";

    ProvenanceVerdicts Verdicts => field ??= new(Files.Provenance, budget);

    /// <summary>The resource's settings. A changed resource replaces all of them at once.</summary>
    public HostedSettings Settings
    {
        get => Files.Settings;
        set => Files.Settings = value;
    }

    /// <summary>The records, for adoption and for statistics.</summary>
    public ProjectRecords Records => records;

    /// <summary>The names of files that have no record.</summary>
    public ProjectClaims Claims { get; } = new(store, clock);

    /// <summary>The store that contains the bytes.</summary>
    public IStore Store => store;

    /// <summary>Since when the repository has been unavailable, or null if it is open.</summary>
    public DateTimeOffset? UnavailableSince => _unavailable?.Since;

    /// <summary>Why the repository is unavailable.</summary>
    public string UnavailableReason => _unavailable?.Reason ?? "The repository is still opening.";

    /// <summary>Serves nothing until <see cref="Resume"/>, because the store is gone.</summary>
    /// <param name="reason">A sentence that says why.</param>
    public void Suspend(string reason) => _unavailable = new(clock.GetUtcNow(), _retryAfter) { Reason = reason };

    /// <summary>Serves the store again.</summary>
    public void Resume() => _unavailable = null;

    /// <summary>Reads the store. From then on, its content is served.</summary>
    /// <remarks>
    /// A large bucket takes long to list. What has a record is served meanwhile, and any other name is unavailable.
    /// </remarks>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await records.OpenAsync(cancellationToken);
        if (store.Traits.IsLocal)
            await Claims.LookAsync(cancellationToken);
        Resume();
    }

    /// <inheritdoc/>
    public bool IsKnownToHave(ProjectName project) => records.Find(project) is not null;

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        if (_unavailable is { } down)
            return new ProjectListAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
        if (!Claims.AreKnown)
        {
            return new ProjectListAnswer.Unavailable(clock.GetUtcNow(), _retryAfter)
            {
                Reason = "The names of the files in the repository's storage are not read yet.",
            };
        }
        var outage = _outage.Check();
        try
        {
            if (outage is null)
            {
                var current = await records.ListAsync(cancellationToken);
                _outage.Clear();
                return GetList(current) with { Serials = await records.FindSerialsAsync(cancellationToken) };
            }
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            outage = await _outage.JudgeAsync(error, cancellationToken) ?? _outage.Begin(error);
        }
        return GetList(records.Names) with { StaleSince = outage.Since };
    }

    ProjectListAnswer.Known GetList(NameList recorded)
    {
        var (claimed, generation) = (Claims.Names, Claims.Generation);
        if (claimed.IsEmpty)
            return new ProjectListAnswer.Known(recorded.Names, $"{recorded.Generation}");
        var version = $"{recorded.Generation}+{generation}";
        if (_list is { } list && list.Version == version)
            return list;
        var names = recorded.Names.Union(claimed).OrderBy(name => name.Value, StringComparer.Ordinal);
        return _list = new ProjectListAnswer.Known([.. names], version);
    }

    /// <inheritdoc/>
    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken)
    {
        var reason = _unavailable is { } down ? down.Reason ?? "The repository is still opening."
            : _outage.IsFailing ? "The repository's storage is not available."
            : null;
        return new(reason is null ? records.Catalog : records.Catalog with { Incomplete = reason });
    }

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        if (_unavailable is { } down)
            return new(down);
        if (_outage.Check() is { } outage || IsLate(project, out outage))
            return new(WithoutStore(project, outage));
        var found = records.FindAsync(project, cancellationToken);
        if (!found.IsCompletedSuccessfully || asOf is not null)
            return new(FindAsync(project, found, asOf, cancellationToken));
        if (found.Result is not { } record)
            return new(WithoutRecord(project));
        var snapshot = record.GetSnapshotAsync(cancellationToken);
        return snapshot.IsCompletedSuccessfully
            ? new(Reached(project, Answer(project, snapshot.Result)))
            : new(AnswerAsync(project, snapshot.AsTask(), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken)
    {
        var answer = await GetProjectAsync(project, null, cancellationToken);
        if (answer is not ProjectAnswer.Known { Snapshot: var snapshot } known)
            return answer;
        var settings = Settings;
        snapshot = await Verdicts.AddAsync(snapshot, version, settings.Attestations, cancellationToken);
        return known with
        {
            Snapshot = await Files.Guard.AddAsync(snapshot, version, settings.Guard, cancellationToken),
        };
    }

    /// <summary>
    /// Whether a record could not be read a moment ago. After the moment one caller may try it again.
    /// </summary>
    bool IsLate(ProjectName project, [NotNullWhen(true)] out StoreOutage.Failure? failure) =>
        _late.TryGetValue(project, out failure)
        && !(_outage.IsOver(failure) && _late.TryUpdate(project, _outage.Again(failure), failure));

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
        await FindVersionAsync(project, cancellationToken) is { } version
            ? new(version, new CurrentSnapshot(this, project))
            : SnapshotVersion.From(await GetProjectAsync(project, null, cancellationToken));

    /// <summary>Returns the version of a project's content, or null if the content has to be read to know it.</summary>
    async ValueTask<string?> FindVersionAsync(ProjectName project, CancellationToken cancellationToken)
    {
        // Whether the store may be tried again is asked once for a page: when its content is.
        if (_unavailable is not null || _outage.IsFailing || _late.ContainsKey(project))
            return null;
        try
        {
            return await records.FindVersionAsync(project, cancellationToken);
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            // Either what is in memory is shown as stale, or the record is read again: this process may have been
            // stopped while it waited.
            await _outage.JudgeAsync(error, cancellationToken);
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var redirects = Settings.RedirectsDownloads;
        var shown = request.FindShown() is null ? null : request.Answer;
        var remembered = redirects || shown is not null ? null : FindRemembered(request);
        var answer = _unavailable ?? shown ?? (remembered is null
            ? await GetProjectAsync(request.Project, null, cancellationToken)
            : new ProjectAnswer.Known(remembered));
        if (answer is ProjectAnswer.Unavailable down)
            return new OpenAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
        if (answer is not ProjectAnswer.Known { Snapshot: var snapshot })
            return new OpenAnswer.NotFound($"There is no project '{request.Project}'.");
        // A hosted file has no path at an upstream.
        if (request.Alias is not null || snapshot.FindVisible(request.FileName) is not { } file)
            return new OpenAnswer.NotFound($"There is no file '{request.FileName}' in '{request.Project}'.");
        if (request.HashPrefix is { } prefix && file.Sha256?.Prefix16 != prefix)
            return new OpenAnswer.NotFound($"'{request.FileName}' now has other bytes. Read the project's page again.");
        if (request.Kind is FileContentKind.Metadata && file.CoreMetadata is null)
            return new OpenAnswer.NotFound($"'{request.FileName}' has no metadata file.");
        var opened = await OpenAsync(request, file, redirects, cancellationToken);
        // Another replica may have forbidden the file. That is known when the record can be read again.
        return snapshot.StaleSince is not null && opened is OpenAnswer.Found found
            ? found with { Cache = CacheOutcome.Stale, MayBeHiddenLater = true }
            : opened;
    }

    async Task<OpenAnswer> OpenAsync(
        FileRequest request, Distribution file, bool redirects, CancellationToken cancellationToken)
    {
        if (request.Kind is FileContentKind.Provenance)
            return await Files.Provenance.OpenAsync(file, cancellationToken);
        // What the server wrote never changes.
        var content = file.FileTime is null
            ? await store.OpenKnownAsync(file.Location, file.Size!.Value, cancellationToken)
            : await store.OpenAsync(file.Location, cancellationToken);
        // It may have been deleted, or replaced, since the page was read. (In a bucket that shows when it is read.)
        if (content is null && request.Answer is not null)
            return await OpenAsync(request with { Answer = null }, cancellationToken);
        if (!await Files.Verifier.IsIntactAsync(content, file, cancellationToken))
        {
            if (content is not null)
                await content.DisposeAsync();
            return new OpenAnswer.NotFound($"The bytes of '{request.FileName}' were removed or changed in the folder.");
        }
        return request.Kind switch
        {
            FileContentKind.Bytes =>
                new OpenAnswer.Found(new StoredFileContent(content!, file, redirects ? store : null))
                {
                    IsYanked = file.Yanked is not null,
                },
            FileContentKind.Metadata => await _metadata.OpenAsync(content!, file, cancellationToken),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// Returns the project as it was when it was last looked at, if that has the very file that is asked for, and no
    /// other replica can have forbidden it since.
    /// </summary>
    ProjectSnapshot? FindRemembered(FileRequest request) =>
        request is { IsForAllBytes: true, Kind: FileContentKind.Bytes, HashPrefix: { } prefix }
        && records.Find(request.Project) is { } record && record.IsCurrent()
        && record.Remembered is { } remembered
        && remembered.FindVisible(request.FileName) is { FileTime: null } file && file.Sha256?.Prefix16 == prefix
            ? remembered
            : null;

    ProjectAnswer Answer(ProjectName project, ProjectSnapshot? snapshot) =>
        snapshot is null ? WithoutRecord(project) : new ProjectAnswer.Known(snapshot);

    /// <summary>Returns the answer for a project of which no record was found.</summary>
    ProjectAnswer WithoutRecord(ProjectName project)
    {
        var answer = Claims.Find(project);
        // One of its files may have been adopted in between.
        return answer is ProjectAnswer.NotKnown && records.Find(project) is not null
            ? new ProjectAnswer.Unavailable(clock.GetUtcNow(), _retryAfter)
            : answer;
    }

    async Task<ProjectAnswer> FindAsync(
        ProjectName project, ValueTask<ProjectRecord?> finding, DateTimeOffset? asOf,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await finding is not { } record)
            {
                _outage.Clear();
                return WithoutRecord(project);
            }
            return await AnswerAsync(
                project,
                asOf is { } date
                    ? record.GetSnapshotAsync(date, cancellationToken)
                    : record.GetSnapshotAsync(cancellationToken).AsTask(),
                cancellationToken);
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            return await FailedAsync(project, error, cancellationToken);
        }
    }

    async Task<ProjectAnswer> AnswerAsync(
        ProjectName project, Task<ProjectSnapshot?> snapshot, CancellationToken cancellationToken)
    {
        try
        {
            return Reached(project, Answer(project, await snapshot));
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            return await FailedAsync(project, error, cancellationToken);
        }
    }

    /// <summary>Notes that a record could be read, or is known to be current.</summary>
    ProjectAnswer Reached(ProjectName project, ProjectAnswer answer)
    {
        _outage.Clear();
        if (_late.ContainsKey(project))
            _late.TryRemove(project, out _);
        return answer;
    }

    /// <summary>Returns what is in memory of a project whose record could not be read.</summary>
    async Task<ProjectAnswer> FailedAsync(ProjectName project, IOException error, CancellationToken cancellationToken)
    {
        if (await _outage.JudgeAsync(error, cancellationToken) is { } outage)
            return WithoutStore(project, outage);
        var late = _outage.Begin(error);
        if (records.Find(project) is not null)
            late = _late.AddOrUpdate(project, late, (_, before) => late with { Since = before.Since });
        return WithoutStore(project, late);
    }

    /// <summary>Returns what is in memory while the bucket is away, and says since when it has been.</summary>
    ProjectAnswer WithoutStore(ProjectName project, StoreOutage.Failure outage) =>
        records.Find(project)?.Remembered is { } remembered
            ? new ProjectAnswer.Known(remembered.AsStale(outage.Since)) { Cache = CacheOutcome.Stale }
            : new ProjectAnswer.Unavailable(outage.Since, _retryAfter)
            {
                Reason = "The repository's storage is not available.",
            };
}
