using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Archives;
using PyRepo.Server.Caching;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>A repository of files that users uploaded or put into its folder.</summary>
/// <remarks>
/// Only a record makes bytes visible. The bytes are written first, then the event that references them.
/// </remarks>
sealed class HostedRepository(IStore store, ProjectRecords records, MemoryBudget budget, TimeProvider clock)
    : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long a client has to begin a download to which it was redirected.</summary>
    static readonly TimeSpan _redirectValidity = TimeSpan.FromMinutes(10);
    readonly CoreMetadataFiles _metadata = new(budget);
    readonly FileVerifier _verifier = new(clock);
    readonly StoreOutage _outage = new(clock);

    /// <summary>Whether a file may be replaced. The resource may change this at any time.</summary>
    public Overwrite Overwrite { get; set; }

    /// <summary>Whether clients read files from the bucket itself. The resource may change this at any time.</summary>
    public bool RedirectsDownloads { get; set; }

    /// <summary>The records, for adoption and for statistics.</summary>
    public ProjectRecords Records => records;

    /// <summary>The keys of the visible files whose bytes were found to be damaged or missing.</summary>
    public IEnumerable<string> Damaged => _verifier.Damaged;

    /// <summary>The store that contains the bytes.</summary>
    public IStore Store => store;

    volatile ProjectAnswer.Unavailable? _unavailable = new(clock.GetUtcNow(), _retryAfter);

    /// <summary>Since when the repository has been unavailable, or null if it is open.</summary>
    public DateTimeOffset? UnavailableSince => _unavailable?.Since;

    /// <summary>Why the repository is unavailable.</summary>
    public string UnavailableReason => _unavailable?.Reason ?? "The repository is still opening.";

    /// <summary>Serves nothing until <see cref="Resume"/>, because the store is gone.</summary>
    public void Suspend() => _unavailable = new(clock.GetUtcNow(), _retryAfter)
    {
        Reason = "The folder with the repository's data was removed, unmounted or replaced.",
    };

    /// <summary>Serves the store again.</summary>
    public void Resume() => _unavailable = null;

    /// <summary>Reads the store. From then on, its content is served.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await records.OpenAsync(cancellationToken);
        Resume();
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        if (_unavailable is { } down)
            return new ProjectListAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
        var outage = _outage.Check();
        try
        {
            if (outage is null)
            {
                var current = await records.ListAsync(cancellationToken);
                _outage.Clear();
                return new ProjectListAnswer.Known(current.Names, $"{current.Generation}");
            }
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            outage = _outage.Note(error);
        }
        var known = records.Names;
        return new ProjectListAnswer.Known(known.Names, $"{known.Generation}") { StaleSince = outage.Since };
    }

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        if (_unavailable is { } down)
            return new(down);
        if (_outage.Check() is { } outage)
            return new(WithoutStore(project, outage));
        var found = records.FindAsync(project, cancellationToken);
        if (!found.IsCompletedSuccessfully || asOf is not null)
            return new(FindAsync(project, found, asOf, cancellationToken));
        if (found.Result is not { } record)
            return new(ProjectAnswer.NotKnown.Instance);
        var snapshot = record.GetSnapshotAsync(cancellationToken);
        return snapshot.IsCompletedSuccessfully
            ? new(Answer(snapshot.Result))
            : new(AnswerAsync(project, snapshot.AsTask()));
    }

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion?> FindVersionAsync(
        ProjectName project, CancellationToken cancellationToken)
    {
        // Whether the store may be tried again is asked once for a page: when its content is.
        if (_unavailable is not null || _outage.IsFailing)
            return null;
        try
        {
            return await records.FindVersionAsync(project, cancellationToken);
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            _outage.Note(error);
            return null; // What is in memory is shown as stale.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var answer = _unavailable is null && FindRemembered(request) is { } remembered
            ? new ProjectAnswer.Known(remembered)
            : await GetProjectAsync(request.Project, null, cancellationToken);
        if (answer is ProjectAnswer.Unavailable down)
            return new OpenAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
        if (answer is not ProjectAnswer.Known { Snapshot: var snapshot })
            return new OpenAnswer.NotFound($"There is no project '{request.Project}'.");
        if (snapshot.FindVisible(request.FileName) is not { } file)
            return new OpenAnswer.NotFound($"There is no file '{request.FileName}' in '{request.Project}'.");
        if (request.HashPrefix is { } prefix && file.Sha256?.Prefix16 != prefix)
            return new OpenAnswer.NotFound($"'{request.FileName}' now has other bytes. Read the project's page again.");
        if (request.Kind is FileContentKind.Metadata && file.CoreMetadata is null)
            return new OpenAnswer.NotFound($"'{request.FileName}' has no metadata file.");
        // What the server wrote never changes.
        var content = file.FileTime is null
            ? await store.OpenKnownAsync(file.Location, file.Size!.Value, cancellationToken)
            : await store.OpenAsync(file.Location, cancellationToken);
        if (!await _verifier.IsIntactAsync(content, file, cancellationToken))
        {
            if (content is not null)
                await content.DisposeAsync();
            return new OpenAnswer.NotFound($"The bytes of '{request.FileName}' were removed or changed in the folder.");
        }
        return request.Kind is FileContentKind.Bytes
            ? new OpenAnswer.Found(new StoredFileContent(content!, file) { Redirect = RedirectOf(file) })
            : await _metadata.OpenAsync(content!, file, cancellationToken);
    }

    /// <summary>
    /// Returns the project as it was when it was last looked at, if that has the very file that is asked for. Its bytes
    /// never change, and are gone if it was deleted since.
    /// </summary>
    ProjectSnapshot? FindRemembered(FileRequest request) =>
        !RedirectsDownloads && request is { IsForAllBytes: true, Kind: FileContentKind.Bytes, HashPrefix: { } prefix }
        && records.Find(request.Project)?.Remembered is { } remembered
        && remembered.FindVisible(request.FileName) is { FileTime: null } file && file.Sha256?.Prefix16 == prefix
            ? remembered
            : null;

    Func<Uri?>? RedirectOf(Distribution file) =>
        RedirectsDownloads ? () => store.Presign(file.Location, _redirectValidity) : null;

    /// <summary>Starts to store the bytes of a distribution, whose name may not be known yet.</summary>
    public ValueTask<StagedObject> StageAsync(DistributionFileName? file, CancellationToken cancellationToken) =>
        store.StageAsync(file is null ? null : NewKey(file), null, cancellationToken);

    string NewKey(DistributionFileName file) =>
        StorageLayout.Bytes(file.Project, BlobId.New(clock.GetUtcNow()), file.FileName);

    /// <summary>
    /// Adds a distribution whose bytes have been staged and inspected. Completes when they and the record that names
    /// them are durable.
    /// </summary>
    public Task<DuplicateDecision> AddAsync(
        NewDistribution file, StagedObject staged, string by, CancellationToken cancellationToken) =>
        AddAsync(file.Name, file.Sha256, staged, () => Task.FromResult(file), by, cancellationToken);

    /// <summary>
    /// Adds a distribution whose bytes have been staged. They are inspected while they become durable, and removed if
    /// that throws.
    /// </summary>
    /// <returns>
    /// <see cref="DuplicateDecision.Same"/> if the repository already has these bytes, and they are intact. If they are
    /// missing or damaged, the staged ones replace them.
    /// </returns>
    public async Task<DuplicateDecision> AddAsync(
        DistributionFileName file, Sha256Digest sha256, StagedObject staged, Func<Task<NewDistribution>> inspect,
        string by, CancellationToken cancellationToken)
    {
        var foreseen = await ForeseeAsync(file, sha256, cancellationToken);
        var same = (foreseen as DuplicateDecision.Same)?.File;
        if (foreseen is DuplicateDecision.Reject || (same is not null && await VerifyAsync(same, cancellationToken)))
            return foreseen;
        // Bytes that are mended keep the name under which clients know them.
        var key = same is null ? staged.Key ?? NewKey(file) : NewKey(same.Name);
        staged.Durability = CommitDurability.BytesWithKey;
        // What travels to a bucket is completed only when it is known to be right.
        var checkedBefore = store.Traits.IsLocal ? null : await inspect();
        var storing = store.CommitAsync(staged, key, WriteCondition.Absent, cancellationToken).AsTask();
        var inspected = checkedBefore ?? await InspectAsync(inspect, storing, key);
        _verifier.RememberIntact(await storing, sha256);
        // From here on, a client disconnect changes nothing: the bytes are stored, and are either referenced or
        // removed.
        return await PublishAsync(inspected, key, by, damaged: same?.Location);
    }

    async Task<NewDistribution> InspectAsync(Func<Task<NewDistribution>> inspect, Task storing, string key)
    {
        try
        {
            return await inspect();
        }
        catch
        {
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (storing.IsCompletedSuccessfully)
                await store.DeleteAsync(key, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Makes stored bytes visible, or deletes them if another file came first.</summary>
    /// <param name="file">The distribution.</param>
    /// <param name="key">The key of its bytes.</param>
    /// <param name="by">Who uploaded it.</param>
    /// <param name="damaged">The key of damaged bytes that it may replace.</param>
    async Task<DuplicateDecision> PublishAsync(NewDistribution file, string key, string by, string? damaged)
    {
        var added = Added(file, key, by);
        try
        {
            var (decision, unreferenced) = await records.GetOrCreate(file.Name.Project).ChangeAsync(history =>
            {
                var past = history.Find(file.Name);
                var decided = DuplicateDecision.OfUpload(past, history.Status, file.Name, file.Sha256, Overwrite);
                // Its own event is there if only the answer to its write was lost.
                if (past?.Visible?.Location == key)
                    return new Change<(DuplicateDecision, string?)>((new DuplicateDecision.Add(), null), []);
                if (decided is DuplicateDecision.Same same && same.File.Location == damaged)
                    decided = new DuplicateDecision.Add();
                return decided is DuplicateDecision.Add
                    ? new Change<(DuplicateDecision, string?)>((decided, past?.Visible?.Location), [added])
                    : new Change<(DuplicateDecision, string?)>((decided, key), []);
            });
            if (unreferenced is not null)
                _verifier.Forget(unreferenced);
            // Damaged bytes that somebody put into the folder are theirs to remove.
            if (unreferenced is not null && (unreferenced != damaged || StorageLayout.IdOf(unreferenced) is not null))
                await store.DeleteAsync(unreferenced, CancellationToken.None);
            return decision;
        }
        catch (StoreFullException) when (store.Traits.IsLocal)
        {
            // No part of the event was written, so nothing will ever reference these bytes.
            await store.DeleteAsync(key, CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Whether the bytes of a visible file are there and right. They are hashed unless that was done since the server
    /// started.
    /// </summary>
    public async Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(file.Location, cancellationToken);
        return await _verifier.VerifyAsync(content, file, cancellationToken);
    }

    /// <summary>
    /// Predicts the decision about an upload, so that the server can respond before the bytes arrive.
    /// </summary>
    public async Task<DuplicateDecision> ForeseeAsync(
        DistributionFileName name, Sha256Digest sha256, CancellationToken cancellationToken) =>
        await records.FindAsync(name.Project, cancellationToken) is not { } record
            ? new DuplicateDecision.Add()
            : await record.ReadCurrentAsync(
                history => DuplicateDecision.OfUpload(history.Find(name), history.Status, name, sha256, Overwrite),
                cancellationToken);

    /// <summary>Adopts a file that is already in the folder.</summary>
    public Task<DuplicateDecision> AdoptAsync(NewDistribution file, StoredObject found)
    {
        var added =
            Added(file, found.Key, "adoption") with { FileTime = found.LastModified, Uploaded = found.LastModified };
        return records.GetOrCreate(file.Name.Project).ChangeAsync(history =>
        {
            var past = history.Find(file.Name);
            var decided = DuplicateDecision.OfAdoption(past, file.Name, file.Sha256, Overwrite);
            var touched = decided is DuplicateDecision.Same && past!.Visible!.Location == found.Key
                && past.Visible.FileTime != found.LastModified;
            ImmutableArray<ProjectEvent> events = decided is DuplicateDecision.Add || touched ? [added] : [];
            return new Change<DuplicateDecision>(decided, events);
        });
    }

    /// <summary>Records that an adopted file is no longer in the folder.</summary>
    public Task<bool> ForgetAsync(ProjectName project, string key) => EndAsync(
        project, ProjectEventKind.Gone, "adoption", history => history.Visible.FirstOrDefault(f => f.Location == key));

    /// <summary>Deletes a file permanently. Its name stays reserved. Returns false if there is no such file.</summary>
    public async Task<bool> DeleteAsync(ProjectName project, string fileName, string by)
    {
        string? key = null;
        var deleted = await EndAsync(project, ProjectEventKind.Deleted, by, history =>
        {
            var file = history.FindVisible(fileName);
            key = file?.Location;
            return file;
        });
        if (!deleted)
            return false;
        _verifier.Forget(key!);
        await store.DeleteAsync(key!, CancellationToken.None);
        return true;
    }

    async Task<bool> EndAsync(
        ProjectName project, ProjectEventKind how, string by, Func<ProjectHistory, Distribution?> find)
    {
        if (await records.FindAsync(project, CancellationToken.None) is not { } record)
            return false;
        return await record.ChangeAsync(history =>
        {
            if (find(history) is not { } file)
                return new Change<bool>(false, []);
            var ended = new ProjectEvent { Event = how, At = clock.GetUtcNow(), By = by, File = file.Name.FileName };
            return new Change<bool>(true, [ended]);
        });
    }

    ProjectEvent Added(NewDistribution file, string key, string by) => new()
    {
        Event = ProjectEventKind.Added,
        At = clock.GetUtcNow(),
        By = by,
        File = StorageLayout.FileNameOf(key),
        Key = key,
        Size = file.Size,
        Sha256 = file.Sha256.ToString(),
        CoreMetadata = file.CoreMetadata?.ToString(),
        Md5 = file.Md5,
        Blake2b256 = file.Blake2b256,
        RequiresPython = file.RequiresPython,
        Name = ProjectEvent.SpellingOf(file.Name.Project, file.DisplayName),
        Summary = file.Summary,
    };

    static ProjectAnswer Answer(ProjectSnapshot? snapshot) =>
        snapshot is null ? ProjectAnswer.NotKnown.Instance : new ProjectAnswer.Known(snapshot);

    async Task<ProjectAnswer> FindAsync(
        ProjectName project, ValueTask<ProjectRecord?> finding, DateTimeOffset? asOf,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await finding is not { } record)
            {
                _outage.Clear();
                return ProjectAnswer.NotKnown.Instance;
            }
            return await AnswerAsync(project, asOf is { } date
                ? record.GetSnapshotAsync(date, cancellationToken)
                : record.GetSnapshotAsync(cancellationToken).AsTask());
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            return WithoutStore(project, _outage.Note(error));
        }
    }

    async Task<ProjectAnswer> AnswerAsync(ProjectName project, Task<ProjectSnapshot?> snapshot)
    {
        try
        {
            var answer = Answer(await snapshot);
            _outage.Clear();
            return answer;
        }
        catch (IOException error) when (!store.Traits.IsLocal)
        {
            return WithoutStore(project, _outage.Note(error));
        }
    }

    /// <summary>Returns what is in memory while the bucket is away, and says since when it has been.</summary>
    ProjectAnswer WithoutStore(ProjectName project, StoreOutage.Failure outage) =>
        records.Find(project)?.Remembered is { } remembered
            ? new ProjectAnswer.Known(remembered.AsStale(outage.Since)) { Cache = CacheOutcome.Stale }
            : new ProjectAnswer.Unavailable(outage.Since, _retryAfter) { Reason = "The repository's storage is not available." };
}
