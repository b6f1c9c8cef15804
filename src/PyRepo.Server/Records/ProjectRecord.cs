using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>
/// A project's record in the store. It is read when first needed, and stays in memory while the budget allows.
/// </summary>
/// <remarks>
/// Changes that arrive during a write wait, and are then written together with one flush. A change becomes visible to
/// readers only once it is durable. If a record cannot be read, only its own project fails.
/// </remarks>
sealed class ProjectRecord(ProjectName project, IStore store, MemoryBudget budget, TimeProvider clock) : BudgetedEntry
{
    readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>
    /// The changes that wait, or null if none do. It is not a queue of its own, because every known project has a
    /// record object, and few change.
    /// </summary>
    List<IPendingChange>? _pending;

    ProjectHistory? _history;
    VersionTag? _version;
    bool _isTorn;
    ProjectSnapshot? _snapshot;

    /// <summary>The project.</summary>
    public ProjectName Project => project;

    /// <summary>Called after each change and each load, while the record's gate is locked.</summary>
    public Action<ProjectName, ProjectHistory>? Changed { get; init; }

    /// <summary>Called when the content of the store is uncertain, while the record's gate is locked.</summary>
    public Action<ProjectName>? Forgotten { get; init; }

    /// <summary>Returns whether the record exists, so that it is damage if it does not.</summary>
    public Predicate<ProjectName> MustExist { get; init; } = static _ => false;

    /// <summary>Returns the current state of the project, or null if it is not known.</summary>
    public ValueTask<ProjectSnapshot?> GetSnapshotAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _snapshot) is not { } snapshot)
            return new(CreateSnapshotAsync(cancellationToken));
        Touch();
        return new(snapshot);
    }

    /// <summary>
    /// Returns the project as it was on a date according to its record, or null if it had no events yet.
    /// </summary>
    public async Task<ProjectSnapshot?> GetSnapshotAsync(DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var now = await GetSnapshotAsync(cancellationToken);
        if (now is null || await ReadAsync(cancellationToken) is not { } read)
            return null;
        var past = new ProjectHistory(project);
        // Events after the snapshot's last one may not be durable yet.
        foreach (var change in read.Events.Take((int)now.Serial!.Value).TakeWhile(e => e.At <= asOf))
            past.Apply(change);
        if (past.Serial == 0)
            return null;
        var remaining = now.Files.Select(f => (f.Distribution.Location, f.Distribution.Sha256)).ToHashSet();
        var then = past.ToSnapshot();
        return new ProjectSnapshot
        {
            Project = project,
            Version = $"{then.Version}-{now.Version}",
            Serial = then.Serial,
            Status = now.Status,
            StatusReason = now.StatusReason,
            Files = [.. then.Files.Where(f => remaining.Contains((f.Distribution.Location, f.Distribution.Sha256)))],
        };
    }

    /// <summary>Reads the history without changing it.</summary>
    public async Task<T> ReadAsync<T>(Func<ProjectHistory, T> read, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return read(await LoadAsync(cancellationToken));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads the history. It stays in memory only if it was there before.</summary>
    public async Task ScanAsync(Action<ProjectHistory> look, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var wasInMemory = _history is not null;
            look(await LoadAsync(cancellationToken));
            if (wasInMemory)
                return;
            _history = null;
            budget.Remove(this);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Makes a decision about the current history, and adds the resulting events. Completes when they are durable and
    /// visible.
    /// </summary>
    /// <remarks>The decision may run again if another process changes the record in the meantime.</remarks>
    public async Task<T> ChangeAsync<T>(Func<ProjectHistory, Change<T>> decide)
    {
        var change = new PendingChange<T>(decide);
        lock (_gate)
            (_pending ??= []).Add(change);
        await _gate.WaitAsync();
        try
        {
            if (!change.Outcome.IsCompleted)
                await WritePendingAsync();
        }
        finally
        {
            _gate.Release();
        }
        return await change.Outcome;
    }

    /// <inheritdoc/>
    public override bool IsLowPriority => true;

    /// <inheritdoc/>
    public override bool TryEvict()
    {
        if (!_gate.Wait(0))
            return false;
        _history = null;
        Volatile.Write(ref _snapshot, null);
        _gate.Release();
        return true;
    }

    async Task<ProjectSnapshot?> CreateSnapshotAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var history = await LoadAsync(cancellationToken);
            if (history.Serial == 0 && !MustExist(project))
                return null;
            if (_snapshot is null)
                Volatile.Write(ref _snapshot, history.ToSnapshot());
            return _snapshot;
        }
        finally
        {
            _gate.Release();
        }
    }

    async Task WritePendingAsync()
    {
        List<IPendingChange> batch;
        lock (_gate)
            (batch, _pending) = (_pending ?? [], null);
        try
        {
            await WriteAsync(batch);
        }
        catch (PreconditionFailedException)
        {
            Forget();
            await FailOnErrorAsync(batch, () => WriteAsync(batch));
        }
        catch (Exception error)
        {
            Forget();
            batch.ForEach(c => c.Fail(error));
        }
    }

    async Task FailOnErrorAsync(List<IPendingChange> batch, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception error)
        {
            Forget();
            batch.ForEach(c => c.Fail(error));
        }
    }

    async Task WriteAsync(List<IPendingChange> batch)
    {
        var history = await LoadAsync(CancellationToken.None);
        var events = new List<ProjectEvent>();
        foreach (var change in batch)
        {
            foreach (var decided in change.Decide(history))
            {
                var next = decided with
                {
                    Serial = history.Serial + 1,
                    First = events.Count > 0 ? events[0].Serial : null,
                    At = clock.GetUtcNow(),
                };
                history.Apply(next);
                events.Add(next);
            }
        }
        if (events.Count > 0)
        {
            if (_isTorn)
                await DropTornLineAsync();
            var condition = _version is { } version ? WriteCondition.Match(version) : WriteCondition.Absent;
            var written = await store.AppendAsync(
                StorageLayout.Record(project), RecordLines.Write(events), condition, CancellationToken.None);
            _version = written.Version;
            Volatile.Write(ref _snapshot, null);
            Changed?.Invoke(project, history);
            budget.Set(this, history.Weight);
        }
        batch.ForEach(c => c.Complete());
    }

    /// <summary>
    /// Discards the history. After a failed write, the content of the store is uncertain and has to be read again.
    /// </summary>
    void Forget()
    {
        _history = null;
        Volatile.Write(ref _snapshot, null);
        Forgotten?.Invoke(project);
    }

    async Task<ProjectHistory> LoadAsync(CancellationToken cancellationToken)
    {
        if (_history is not null)
        {
            Touch();
            return _history;
        }
        var history = new ProjectHistory(project);
        var read = await ReadAsync(cancellationToken);
        foreach (var change in read?.Events ?? [])
            history.Apply(change);
        _version = read?.Version;
        _isTorn = read is { } found && found.WholeLength < found.Bytes.Length;
        if (history.Serial > 0)
            Changed?.Invoke(project, history);
        budget.Set(this, history.Weight);
        return _history = history;
    }

    /// <summary>Reads the record without changing it. Returns null if there is none.</summary>
    async Task<ReadRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        var key = StorageLayout.Record(project);
        await using var content = await store.OpenAsync(key, cancellationToken);
        if (content is null && MustExist(project))
            throw new InvalidDataException($"The record '{key}' is gone, or something else is in its place.");
        if (content is null)
            return null;
        var bytes = new byte[content.Object.Length];
        await using (var stream = await content.OpenStreamAsync(0, cancellationToken))
            await stream.ReadExactlyAsync(bytes, cancellationToken);
        try
        {
            var events = RecordLines.Read(bytes, out var whole);
            return new(events, content.Object.Version, bytes, whole);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The record '{key}' is damaged. {error.Message}", error);
        }
    }

    /// <summary>
    /// Removes what a crash left behind the last whole line. This waits for the next change, because reading must work
    /// on a full disk.
    /// </summary>
    async Task DropTornLineAsync()
    {
        var torn = (await ReadAsync(CancellationToken.None))!.Value;
        await using var staged = await store.StageAsync(torn.WholeLength, CancellationToken.None);
        await staged.AppendAsync(torn.Bytes.AsMemory(0, torn.WholeLength), CancellationToken.None);
        var written = await store.CommitAsync(
            staged, StorageLayout.Record(project), WriteCondition.Match(torn.Version), CancellationToken.None);
        (_version, _isTorn) = (written.Version, false);
    }

    readonly record struct ReadRecord(List<ProjectEvent> Events, VersionTag Version, byte[] Bytes, int WholeLength);
}
