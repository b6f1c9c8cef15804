using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Moving;

/// <summary>
/// Imports the distributions of a folder into a repository, whether or not a server has the repository open.
/// </summary>
/// <remarks>
/// If the import gets the lock, it adds the files as an upload does. If a running server has the lock, the import puts
/// the files where the server adopts them, and reads the server's records until the outcome of each file is known.
/// </remarks>
sealed class Import(RepositoryStore storage, Resources.Hosted.Overwrite overwrite, TimeProvider clock)
{
    const long MemoryBudgetBytes = 16 << 20;
    static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(250);
    readonly IStore _store = storage.Store;

    /// <summary>Whether files may be added: nothing is known that is in the way.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Imports files one after the other, and reports each as soon as its outcome is known.</summary>
    public async IAsyncEnumerable<ImportedFile> RunAsync(
        IReadOnlyList<string> files,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var attempt = await storage.TryAcquireLeaseAsync(cancellationToken);
        if (attempt.Lease is { } lease)
        {
            await using var renewal = new LeaseRenewal(lease);
            await foreach (var file in AddAllAsync(files, lease, cancellationToken))
                yield return file;
            yield break;
        }
        if (!_store.Traits.IsLocal)
            throw new IOException($"The bucket is in use by {attempt.Holder}, and its service allows only one writer.");
        IsOpen = true;
        var batch = $"{clock.GetUtcNow():yyyyMMdd'T'HHmmss}-{Environment.ProcessId}";
        var waiting = new List<(string File, string Key, NewDistribution Distribution)>();
        foreach (var file in files)
        {
            var (settled, pending) = await HandOverAsync(batch, file, cancellationToken);
            if (settled is not null)
                yield return settled;
            else
                waiting.Add(pending!.Value);
        }
        while (waiting.Count > 0)
        {
            await Task.Delay(_poll, clock, cancellationToken);
            foreach (var pending in waiting.ToList())
            {
                if (await OutcomeAsync(
                    pending.File, pending.Key, pending.Distribution, cancellationToken) is not { } outcome)
                    continue;
                waiting.Remove(pending);
                yield return outcome;
            }
        }
    }

    async IAsyncEnumerable<ImportedFile> AddAllAsync(
        IReadOnlyList<string> files, StoreLease lease,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await OpenAsync(lease, cancellationToken);
        var budget = new MemoryBudget(MemoryBudgetBytes);
        var records = new ProjectRecords(_store, budget, clock) { Lease = lease };
        await records.OpenAsync(cancellationToken);
        var repository = new HostedFiles(_store, records, budget, clock, NullLogger.Instance)
        {
            Settings = new HostedSettings { Overwrite = overwrite },
        };
        foreach (var file in files)
            yield return await AddAsync(repository, file, cancellationToken);
    }

    /// <summary>Makes sure, as a server does, that what is there may be added to.</summary>
    async Task OpenAsync(StoreLease lease, CancellationToken cancellationToken)
    {
        if (await storage.ClaimAsync(cancellationToken) is [var unknown, ..])
            throw new InvalidDataException($"it has '{unknown}', which this program does not know; use a newer one");
        await lease.ConfirmAsync(cancellationToken);
        if (!lease.WasReleased)
            await storage.ReadBackRecordsAsync(cancellationToken);
        if (_store.Traits.IsLocal)
            await _store.RemoveLeftoversAsync(clock.GetUtcNow(), cancellationToken);
        IsOpen = true;
    }

    async Task<ImportedFile> AddAsync(HostedFiles repository, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var staged = await StageAsync(file, cancellationToken);
            await using var bytes = staged.OpenRead();
            var distribution = await FoundDistribution.ReadAsync(Path.GetFileName(file), bytes, cancellationToken);
            return await repository.AddAsync(distribution, staged, "import", cancellationToken) switch
            {
                DuplicateDecision.Reject { Message: var message } => new ImportedFile(file, message, false),
                var decision => new ImportedFile(file, null, decision is DuplicateDecision.Same),
            };
        }
        catch (RejectedException rejection)
        {
            return new ImportedFile(file, rejection.Message, false);
        }
    }

    async Task<(ImportedFile? Settled, (string, string, NewDistribution)? Handed)> HandOverAsync(
        string batch, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var staged = await StageAsync(file, cancellationToken);
            await using var bytes = staged.OpenRead();
            var distribution = await FoundDistribution.ReadAsync(Path.GetFileName(file), bytes, cancellationToken);
            var past =
                (await ReadHistoryAsync(distribution.Name.Project, cancellationToken)).Find(distribution.Name);
            switch (DuplicateDecision.OfAdoption(past, distribution.Name, distribution.Sha256, overwrite))
            {
                case DuplicateDecision.Same:
                    return (new ImportedFile(file, null, true), null);
                case DuplicateDecision.Reject { Message: var message }:
                    return (new ImportedFile(file, message, false), null);
            }
            var key = StorageLayout.Imported(batch, Path.GetFileName(file));
            await _store.CommitAsync(staged, key, WriteCondition.Absent, cancellationToken);
            return (null, (file, key, distribution));
        }
        catch (RejectedException rejection)
        {
            return (new ImportedFile(file, rejection.Message, false), null);
        }
        catch (PreconditionFailedException)
        {
            return (new ImportedFile(file, "Another file of the same name is being imported.", false), null);
        }
    }

    async Task<ImportedFile?> OutcomeAsync(
        string file, string key, NewDistribution distribution, CancellationToken cancellationToken)
    {
        var history = await ReadHistoryAsync(distribution.Name.Project, cancellationToken);
        if (history.Find(distribution.Name) is not { } past)
            return null;
        if (past.Visible?.Sha256 == distribution.Sha256)
            return new ImportedFile(file, null, past.Visible.Location != key);
        // Another file came first. If the rules reject this one, the server will never adopt it, so it is removed.
        if (DuplicateDecision.OfAdoption(past, distribution.Name, distribution.Sha256, overwrite)
            is not DuplicateDecision.Reject rejection)
        {
            return null;
        }
        await _store.DeleteAsync(key, cancellationToken);
        return new ImportedFile(file, rejection.Message, false);
    }

    /// <summary>
    /// Reads a project's history from its current record. It is read-only, because the record belongs to another
    /// process.
    /// </summary>
    async Task<ProjectHistory> ReadHistoryAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var history = new ProjectHistory(project);
        await new RecordFile(project, _store).ReadAsync(history.Apply, cancellationToken);
        return history;
    }

    /// <exception cref="RejectedException">The file cannot be read.</exception>
    async Task<StagedObject> StageAsync(string file, CancellationToken cancellationToken)
    {
        await using var source = Open(file);
        var staged = await _store.StageAsync(source.Length, cancellationToken);
        try
        {
            var buffer = new byte[256 * 1024];
            for (int read; (read = await source.ReadAsync(buffer, cancellationToken)) > 0;)
                await staged.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
            return staged;
        }
        catch
        {
            await staged.DisposeAsync();
            throw;
        }
    }

    static FileStream Open(string file)
    {
        try
        {
            return RegularFile.Open(file) is { } handle
                ? new FileStream(handle, FileAccess.Read, bufferSize: 0, isAsync: true)
                : throw new RejectedException(RejectionReason.Invalid, "It is not a regular file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RejectedException(RejectionReason.Invalid, $"The file cannot be read: {error.Message}");
        }
    }
}

/// <summary>The outcome of one file of an import.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Rejection">Why the file was not imported, or null if it was imported or was already there.</param>
/// <param name="WasThere">Whether the repository already had the file.</param>
sealed record ImportedFile(string File, string? Rejection, bool WasThere);
