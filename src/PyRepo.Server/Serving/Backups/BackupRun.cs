using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Makes one backup of a repository, whether or not a server has the repository open.</summary>
/// <remarks>
/// <para>Each project's record is read, then what it names is copied, then the record, if it is still the same: so every
/// project is in the backup as it was at some moment after the backup began. The summary is written last. What was
/// interrupted is no backup; its content is used by the next attempt.</para>
/// <para>Only the holder of the bucket's lease makes a backup or removes one.</para>
/// </remarks>
sealed class BackupRun(RepositoryStore source, RepositoryStore target, TimeProvider clock)
{
    /// <summary>
    /// The files that are copied at once: requests for packages come first, and each of these needs room on its way.
    /// </summary>
    const int MaxConcurrentFiles = 2;

    const int MaxProblems = 10;

    /// <summary>How long content that no backup names is used: half of what it is kept for.</summary>
    static readonly TimeSpan _reuse = BackupRemoval.KeepUnnamed / 2;

    readonly IStore _bucket = target.Store;
    readonly BackupCatalog _catalog = new(target.Store);

    /// <summary>Makes a backup.</summary>
    /// <param name="hold">The lease of the bucket.</param>
    /// <param name="request">The request for it, if it was not the schedule.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="InvalidDataException">The repository or the backup before cannot be read.</exception>
    public async Task<BackupSummary> RunAsync(
        StoreHold hold, string? request, ICopyProgress progress, CancellationToken cancellationToken)
    {
        await _bucket.RemoveLeftoversAsync(clock.GetUtcNow() - BackupRemoval.KeepUnnamed, cancellationToken);
        var began = clock.GetUtcNow();
        var name = BackupLayout.NameOf(began);
        var names = await _catalog.ListAsync(cancellationToken);
        // The names are the order of the backups.
        if (!names.IsEmpty && string.CompareOrdinal(name, names[^1]) <= 0)
            throw new IOException($"The newest backup, {names[^1]}, is not older than now. Is the clock right?");
        var before = await _catalog.FindReadableAsync(names, cancellationToken);
        var previous = await ReadAsync(before, cancellationToken);
        var young = await MarkPresentAsync(previous, began, cancellationToken);
        var staged = new HashedStagedObject(await _bucket.StageAsync(null, cancellationToken));
        await using var manifest = new BackupManifestWriter(staged);
        var copied = new NewBackupStore(_bucket, previous, young, manifest, clock);
        var counts = new CountedProgress(progress);
        var outcome = await new RepositoryCopy(source.Store, copied, counts)
        {
            ConfirmAsync = hold.ConfirmAsync,
            MaxConcurrentFiles = MaxConcurrentFiles,
        }.RunAsync(source.Owner, null, cancellationToken);
        await RequireAsync(before, cancellationToken);
        var lines = manifest.Count;
        var bytes = await manifest.FinishAsync();
        await _bucket.CommitAsync(
            bytes.Inner, BackupLayout.Manifest(name), WriteCondition.None, cancellationToken);
        var summary = new BackupSummary
        {
            Version = BackupSummary.CurrentVersion,
            Name = name,
            Finished = clock.GetUtcNow(),
            Manifest = bytes.Sha256,
            Lines = lines,
            Projects = outcome.Projects,
            Files = counts.Files,
            Size = counts.Bytes,
            Added = copied.Added,
            ProblemCount = outcome.Problems.Length,
            Problems = [.. outcome.Problems.Take(MaxProblems)],
            Request = request,
        };
        await hold.ConfirmAsync(cancellationToken);
        await _catalog.WriteAsync(
            BackupLayout.Summary(name), summary, BackupJson.Default.BackupSummary, WriteCondition.None,
            cancellationToken);
        return summary;
    }

    /// <summary>Reads the backup before. If it is damaged, this one begins anew.</summary>
    async Task<BackupIndex> ReadAsync(BackupSummary? before, CancellationToken cancellationToken)
    {
        try
        {
            return before is null
                ? BackupIndex.Empty
                : await BackupIndex.ReadAsync(_catalog.ReadEntriesAsync(before, cancellationToken));
        }
        catch (InvalidDataException)
        {
            return BackupIndex.Empty;
        }
    }

    /// <summary>Looks which content is there. Returns what no backup names, and is young enough to stay.</summary>
    async Task<HashSet<Sha256Digest>> MarkPresentAsync(
        BackupIndex previous, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var young = new HashSet<Sha256Digest>();
        await foreach (var found in _bucket.ListAsync(BackupLayout.Content, null, cancellationToken))
        {
            if (!BackupLayout.TryParseContent(found.Key, out var sha256))
                continue;
            if (!previous.MarkPresent(sha256, found.Length) && now - found.LastModified < _reuse)
                young.Add(sha256);
        }
        return young;
    }

    /// <summary>
    /// Makes sure that nobody has removed the backup whose content this one uses: content that no backup names is
    /// removed.
    /// </summary>
    async Task RequireAsync(BackupSummary? before, CancellationToken cancellationToken)
    {
        if (before is not null
            && await _bucket.StatAsync(BackupLayout.Summary(before.Name), cancellationToken) is null)
        {
            throw new InvalidDataException($"Somebody removed the backup '{before.Name}' meanwhile.");
        }
    }

    /// <summary>Counts the files of a backup on behalf of its summary.</summary>
    sealed class CountedProgress(ICopyProgress progress) : ICopyProgress
    {
        public int Files { get; private set; }

        public long Bytes { get; private set; }

        public void Start(CopyPlan plan)
        {
            (Files, Bytes) = (plan.Files, plan.Bytes);
            progress.Start(plan);
        }

        public void Read(long bytes) => progress.Read(bytes);

        public void Finish(string fileName, long size) => progress.Finish(fileName, size);
    }
}
