using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>Adds files to a repository and removes them.</summary>
/// <remarks>
/// Only a record makes bytes visible. The bytes are written first, then the event that references them.
/// </remarks>
sealed class HostedFiles(
    IStore store, ProjectRecords records, MemoryBudget budget, TimeProvider clock, ILogger logger)
{
    volatile HostedSettings _settings = new();

    /// <summary>The resource's settings. A changed resource replaces all of them at once.</summary>
    public HostedSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>Knows which bytes are right.</summary>
    public FileVerifier Verifier { get; } = new(clock);

    /// <summary>The attestations of files.</summary>
    public HostedProvenance Provenance { get; } = new(store, budget);

    /// <summary>Looks for signs of an attack in uploads.</summary>
    public UploadGuard Guard { get; } = new(store, budget, logger);

    /// <summary>Whether the bytes of what is deleted or replaced stay for a while.</summary>
    public bool KeepsDeleted => Settings.KeepDeletedFor > TimeSpan.Zero;

    /// <summary>How many uploads had which attestations.</summary>
    public ProvenanceCounts ProvenanceCounts { get; } = new();

    /// <summary>Starts to store the bytes of a distribution, whose name may not be known yet.</summary>
    public ValueTask<StagedObject> StageAsync(DistributionFileName? file, CancellationToken cancellationToken) =>
        store.StageAsync(file is null ? null : NewKey(file), null, cancellationToken);

    string NewKey(DistributionFileName file) =>
        StorageLayout.Bytes(file.Project, BlobId.New(records.GetUtcNow()), file.FileName);

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
        var settings = Settings;
        var overwrite = settings.Overwrite;
        var foreseen = await ForeseeAsync(file, sha256, overwrite, cancellationToken);
        var same = (foreseen as DuplicateDecision.Same)?.File;
        if (foreseen is DuplicateDecision.Reject || (same is not null && await VerifyAsync(same, cancellationToken)))
            return foreseen;
        // What is mended keeps the attestations that came first.
        var first = same?.Provenance is null ? null : await Provenance.ReadAsync(same, cancellationToken);
        // Bytes that are mended keep the name under which clients know them.
        var key = same is null ? staged.Key ?? NewKey(file) : NewKey(same.Name);
        staged.Durability = CommitDurability.BytesWithKey;
        // What travels to a bucket is completed only when it is known to be right.
        var checkedBefore = store.Traits.IsLocal ? null : await JudgeAsync();
        var storing = store.CommitAsync(staged, key, WriteCondition.Absent, cancellationToken).AsTask();
        var inspected = checkedBefore ?? await InspectAsync(JudgeAsync, storing, key);
        Verifier.RememberIntact(await storing, sha256);
        // From here on, a client disconnect changes nothing: the bytes are stored, and are either referenced or
        // removed.
        return await PublishAsync(inspected, key, by, overwrite, damaged: same?.Location);

        async Task<NewDistribution> JudgeAsync()
        {
            var file = await inspect();
            if (first is not null)
                file = file with { Provenance = first, Uploaded = null };
            // Bytes that are mended were accepted before.
            var verified = settings.Attestations.Verify(file, isDemanded: same is null);
            if (verified.Verdict is { } verdict)
                ProvenanceCounts.Add(verdict);
            if (verified.Rejection is { } rejection)
                throw rejection;
            if (verified.Problem is { } problem)
                Log.NotProved(logger, file.Name.FileName, problem);
            if (same is null && settings.Guard is not UploadGuardAction.Off)
            {
                await using var bytes = staged.OpenRead();
                await JudgeArchiveAsync(file, bytes, settings.Guard, cancellationToken);
            }
            return verified.File;
        }
    }

    /// <summary>Looks for signs of an attack in bytes that are not stored here yet.</summary>
    /// <exception cref="RejectedException">Some were found, and are to be rejected.</exception>
    public async Task JudgeArchiveAsync(
        NewDistribution file, Stream bytes, UploadGuardAction action, CancellationToken cancellationToken) =>
        await Guard.JudgeAsync(
            ToDistribution(file), bytes, await FindOthersAsync(file.Name), action, cancellationToken);

    Distribution ToDistribution(NewDistribution file) => new()
    {
        Name = file.Name,
        Size = file.Size,
        Sha256 = file.Sha256,
        UploadedAt = clock.GetUtcNow(),
        Location = "",
    };

    /// <summary>Returns the other files of an upload's project.</summary>
    async Task<IReadOnlyList<Distribution>> FindOthersAsync(DistributionFileName file) =>
        await records.FindAsync(file.Project, CancellationToken.None) is { } record
            ? await record.ReadCurrentAsync(
                history => history.Visible.Where(each => each.Name.FileName != file.FileName).ToList(),
                CancellationToken.None)
            : [];

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
    /// <param name="by">The uploader.</param>
    /// <param name="overwrite">Whether it may replace another file.</param>
    /// <param name="damaged">The key of damaged bytes that it may replace.</param>
    async Task<DuplicateDecision> PublishAsync(
        NewDistribution file, string key, string by, Overwrite overwrite, string? damaged)
    {
        var (added, keeps) = (Added(file, key, by), KeepsDeleted);
        var written = new StoredBytes(key, file.Provenance is not null);
        DuplicateDecision decision;
        StoredBytes? unreferenced;
        try
        {
            if (file.Provenance is { } provenance)
                await Provenance.StoreAsync(key, provenance);
            Change<(DuplicateDecision, StoredBytes?)> Decide(ProjectHistory history)
            {
                var past = history.Find(file.Name);
                // Its own event is there if only the answer to its write was lost.
                if (past?.Visible?.Location == key)
                    return new((new DuplicateDecision.Add(), null), []);
                var decided = DuplicateDecision.OfUpload(past, history.Status, file.Name, file.Sha256, overwrite);
                if (decided is DuplicateDecision.Same same && same.File.Location == damaged)
                    decided = new DuplicateDecision.Add();
                if (decided is not DuplicateDecision.Add)
                    return new((decided, written), []);
                // What is mended has the same bytes: nobody wants the damaged ones back.
                if (keeps && past?.Visible is { } other && other.Sha256 != file.Sha256)
                    return new((decided, null), [added with { KeepsBytes = true }]);
                StoredBytes? replaced = past?.Visible is { } before ? StoredBytes.From(before) : null;
                return new((decided, replaced), [added]);
            }
            (decision, unreferenced) = await records.GetOrCreate(file.Name.Project).ChangeAsync(Decide);
        }
        catch (StoreFullException) when (store.Traits.IsLocal)
        {
            // No part of the event was written, so nothing will ever reference these bytes.
            await RemoveBytesAsync(written);
            throw;
        }
        if (unreferenced is { } gone)
        {
            // Damaged bytes that somebody put into the folder are theirs to remove.
            if (gone.Key == damaged && StorageLayout.GetId(gone.Key) is null)
                Verifier.Forget(gone.Key);
            else
                await RemoveBytesAsync(gone);
        }
        return decision;
    }

    /// <summary>
    /// Whether the bytes of a visible file are there and right, and its provenance, if it has any. They are hashed
    /// unless that was done since the server started.
    /// </summary>
    public async Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(file.Location, cancellationToken);
        return await Verifier.VerifyAsync(content, file, cancellationToken)
            && await Provenance.IsIntactAsync(file, cancellationToken);
    }

    /// <summary>
    /// Predicts the decision about an upload, so that the server can respond before the bytes arrive.
    /// </summary>
    public Task<DuplicateDecision> ForeseeAsync(
        DistributionFileName name, Sha256Digest sha256, CancellationToken cancellationToken) =>
        ForeseeAsync(name, sha256, Settings.Overwrite, cancellationToken);

    async Task<DuplicateDecision> ForeseeAsync(
        DistributionFileName name, Sha256Digest sha256, Overwrite overwrite, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(name.Project, cancellationToken) is not { } record)
            return new DuplicateDecision.Add();
        DuplicateDecision Decide(ProjectHistory history) =>
            DuplicateDecision.OfUpload(history.Find(name), history.Status, name, sha256, overwrite);
        var foreseen = await record.ReadCurrentAsync(Decide, cancellationToken);
        if (foreseen is not DuplicateDecision.Same)
            return foreseen;
        // That the file is there already is an acknowledgement, too.
        await records.ConfirmFoundAsync(cancellationToken);
        return await record.ReadCurrentAsync(Decide, cancellationToken);
    }

    /// <summary>Adopts a file that is already in the folder.</summary>
    public Task<DuplicateDecision> AdoptAsync(NewDistribution file, StoredObject found)
    {
        var added =
            Added(file, found.Key, "adoption") with { FileTime = found.LastModified, Uploaded = found.LastModified };
        var (overwrite, keeps) = (Settings.Overwrite, KeepsDeleted);
        return records.GetOrCreate(file.Name.Project).ChangeAsync(history =>
        {
            var past = history.Find(file.Name);
            var replaces = past?.Visible is { } other && other.Sha256 != file.Sha256;
            var decided = DuplicateDecision.OfAdoption(past, file.Name, file.Sha256, overwrite);
            var touched = decided is DuplicateDecision.Same && past!.Visible!.Location == found.Key
                && past.Visible.FileTime != found.LastModified;
            return new Change<DuplicateDecision>(
                decided,
                decided is DuplicateDecision.Add || touched
                    ? [added with { KeepsBytes = keeps && replaces ? true : null }] : []);
        });
    }

    /// <summary>Records that an adopted file is no longer in the folder.</summary>
    public Task<bool> ForgetAsync(ProjectName project, string key) => EndAsync(
        project, new ProjectEvent { Event = ProjectEventKind.Gone, At = clock.GetUtcNow(), By = "adoption" },
        history => history.FindVisible(StorageLayout.GetFileName(key)) is { } file && file.Location == key
            ? file : null);

    /// <summary>
    /// Deletes a file. Its name stays reserved, and its bytes are kept for a while. Returns false if there is no such
    /// file.
    /// </summary>
    public async Task<bool> DeleteAsync(ProjectName project, string fileName, string by)
    {
        Distribution? file = null;
        var deletion = Deletion(by);
        if (!await EndAsync(project, deletion, history => file = history.FindVisible(fileName)))
            return false;
        if (deletion.KeepsBytes is null)
            await RemoveBytesAsync(StoredBytes.From(file!));
        return true;
    }

    /// <summary>Returns the event of a deletion, which says whether the bytes stay.</summary>
    public ProjectEvent Deletion(string by) => new()
    {
        Event = ProjectEventKind.Deleted,
        At = clock.GetUtcNow(),
        By = by,
        KeepsBytes = KeepsDeleted ? true : null,
    };

    /// <summary>
    /// Removes bytes that no record names any more. If the disk fails, which it tells, they are garbage until they are
    /// collected: the change that they belonged to has been made, or not, all the same.
    /// </summary>
    public async Task RemoveBytesAsync(StoredBytes bytes)
    {
        Verifier.Forget(bytes.Key);
        try
        {
            await store.DeleteAsync(bytes.Key, CancellationToken.None);
            if (bytes.HasProvenance)
                await store.DeleteAsync(StorageLayout.Provenance(bytes.Key), CancellationToken.None);
        }
        catch (IOException) when (store.Failures is not null)
        {
            // The log and /status say that the disk failed, or that the folder is gone.
        }
    }

    async Task<bool> EndAsync(
        ProjectName project, ProjectEvent ended, Func<ProjectHistory, Distribution?> find)
    {
        if (await records.FindAsync(project, CancellationToken.None) is not { } record)
            return false;
        return await record.ChangeAsync(history =>
        {
            if (find(history) is not { } file)
                return new Change<bool>(false, []);
            return new Change<bool>(true, [ended with { File = file.Name.FileName }]);
        });
    }

    ProjectEvent Added(NewDistribution file, string key, string by) => new()
    {
        Event = ProjectEventKind.Added,
        At = clock.GetUtcNow(),
        By = by,
        File = StorageLayout.GetFileName(key),
        Key = key,
        Size = file.Size,
        Sha256 = file.Sha256.ToString(),
        CoreMetadata = file.CoreMetadata?.ToString(),
        Md5 = file.Md5,
        Blake2b256 = file.Blake2b256,
        RequiresPython = file.RequiresPython,
        Provenance = file.Provenance is { } document ? Sha256Digest.HashData(document).ToString() : null,
        Uploaded = file.UploadedAt,
        Name = ProjectEvent.GetSpelling(file.Name.Project, file.DisplayName),
        Summary = file.Summary,
    };
}
