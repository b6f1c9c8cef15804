using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>
/// A project's record in the store. It is read when first needed, and stays in memory while the budget allows.
/// </summary>
/// <remarks>
/// <para>Changes that arrive during a write wait, and are then written together with one flush. A change becomes visible
/// to readers only once it is durable. If a record cannot be read, only its own project fails.</para>
/// <para>Where other processes write too, what is in memory is compared with the store for each reader, and readers that
/// wait share one look at it if it began after they arrived. A change that another one's write came before is decided
/// again.</para>
/// </remarks>
sealed class ProjectRecord(ProjectName project, IStore store, MemoryBudget budget, TimeProvider clock) : BudgetedEntry
{
    /// <summary>How often a change is decided again because another process changed the record.</summary>
    const int MaxAttempts = 12;

    /// <summary>No lease has this epoch.</summary>
    const long NoEpoch = -1;

    readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>
    /// The changes that wait, or null if none do. It is not a queue of its own, because every known project has a
    /// record object, and few change.
    /// </summary>
    List<IPendingChange>? _pending;

    SemaphoreSlim? _looking;
    ProjectHistory? _history;
    RecordHead? _head;
    View? _view;
    long _epoch;
    long _lookedAt;

    /// <summary>The project.</summary>
    public ProjectName Project => project;

    /// <summary>Called after each change and each load, while the record's gate is locked.</summary>
    public Action<ProjectName, ProjectHistory>? Changed { get; init; }

    /// <summary>Called when the content of the store is uncertain, while the record's gate is locked.</summary>
    public Action<ProjectName>? Forgotten { get; init; }

    /// <summary>Returns whether the record exists, so that it is damage if it does not.</summary>
    public Predicate<ProjectName> MustExist { get; init; } = static _ => false;

    /// <summary>Returns this process's part in the store, or null if no other process can have one.</summary>
    public Func<StoreLease?> Lease { get; init; } = static () => null;

    /// <summary>Returns the current state of the project, or null if it is not known.</summary>
    public ValueTask<ProjectSnapshot?> GetSnapshotAsync(CancellationToken cancellationToken)
    {
        // In this order: a view from before the look that began this epoch may be old.
        if (!IsCurrent || Volatile.Read(ref _view) is not { } view)
            return new(LookAsync(cancellationToken));
        Touch();
        return new(view.Snapshot);
    }

    /// <summary>Returns the state of the project that is in memory, or null if there is none. It may not be current.</summary>
    public ProjectSnapshot? Remembered => Volatile.Read(ref _view)?.Snapshot;

    /// <summary>Whether no other process can have changed the record since this one looked at it.</summary>
    public bool IsCurrent => SoleEpoch is { } epoch && epoch == Volatile.Read(ref _epoch);

    /// <summary>
    /// Returns the project as it was on a date according to its record, or null if it had no events yet.
    /// </summary>
    public async Task<ProjectSnapshot?> GetSnapshotAsync(DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var now = await GetSnapshotAsync(cancellationToken);
        if (now is null || await File.ReadAsync(cancellationToken) is not { } read)
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

    /// <summary>Reads the history without changing it. Another process may have changed it meanwhile.</summary>
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

    /// <summary>Reads the history as it is in the store.</summary>
    public async Task<T> ReadCurrentAsync<T>(Func<ProjectHistory, T> read, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await UpdateAsync(cancellationToken);
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
        Volatile.Write(ref _view, null);
        _gate.Release();
        return true;
    }

    RecordFile File => new(project, store);

    long? SoleEpoch => Lease() is { } lease ? lease.SoleEpoch : 0;

    /// <summary>Compares what is in memory with the store, and returns the current state.</summary>
    async Task<ProjectSnapshot?> LookAsync(CancellationToken cancellationToken)
    {
        if (Lease() is not { RenewalInterval: not null })
            return await LookOnceAsync(cancellationToken);
        var arrived = clock.GetTimestamp();
        var looking = Volatile.Read(ref _looking)
            ?? Interlocked.CompareExchange(ref _looking, new SemaphoreSlim(1, 1), null) ?? _looking!;
        return await StoreLook.RunAsync(
            isFirst: Volatile.Read(ref _view) is null,
            async token =>
            {
                await looking.WaitAsync(token);
                try
                {
                    return await LookAsync(arrived, token);
                }
                finally
                {
                    looking.Release();
                }
            },
            cancellationToken);
    }

    async Task<ProjectSnapshot?> LookAsync(long arrived, CancellationToken cancellationToken)
    {
        // Whoever waited while another one looked shares a look that began after it arrived.
        if ((_lookedAt >= arrived || IsCurrent) && Volatile.Read(ref _view) is { } view)
            return view.Snapshot;
        if (Lease() is { } lease)
            await lease.ConfirmAsync(cancellationToken);
        return await LookOnceAsync(cancellationToken);
    }

    async Task<ProjectSnapshot?> LookOnceAsync(CancellationToken cancellationToken)
    {
        var (began, epoch) = (clock.GetTimestamp(), SoleEpoch);
        if (Volatile.Read(ref _view) is { } view)
        {
            if (await File.ReadIfChangedAsync(view.Head, cancellationToken) is { } changed)
                view = await ApplyAsync(changed, cancellationToken);
            NoteLook(began, epoch);
            return view.Snapshot;
        }
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_history is not null)
                await UpdateAsync(cancellationToken);
            var history = await LoadAsync(cancellationToken);
            if (history.Serial == 0 && !MustExist(project))
                return null;
            NoteLook(began, epoch);
            return CreateView(history)?.Snapshot ?? history.ToSnapshot();
        }
        finally
        {
            _gate.Release();
        }
    }

    void NoteLook(long began, long? epoch)
    {
        Touch();
        _lookedAt = Math.Max(_lookedAt, began);
        if (epoch is not null)
            Volatile.Write(ref _epoch, epoch.Value);
    }

    /// <summary>Takes up what was read from the store, unless a change of this process came after it.</summary>
    async Task<View> ApplyAsync(ReadRecord changed, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_history is null || changed.Skipped + changed.Events.Count > _history.Serial)
                Apply(changed);
            return CreateView(await LoadAsync(cancellationToken))!;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Compares the history in memory with the store, while the gate is locked.</summary>
    async Task UpdateAsync(CancellationToken cancellationToken)
    {
        if (_history is null || IsCurrent)
            return;
        var (began, epoch) = (clock.GetTimestamp(), SoleEpoch);
        if (_head is null)
            _history = null; // There was no record. There may be one now.
        else if (await File.ReadIfChangedAsync(_head, cancellationToken) is { } changed)
            Apply(changed);
        if (_history is not null)
            NoteLook(began, epoch);
    }

    /// <summary>Adds the events to the history that it does not have, or replaces it.</summary>
    void Apply(ReadRecord read)
    {
        Volatile.Write(ref _view, null);
        var history = _history is not null && _history.Serial >= read.Skipped ? _history : new ProjectHistory(project);
        if (history.Serial < read.Skipped)
        {
            _history = null; // Its segments have to be read, too.
            return;
        }
        foreach (var change in read.Events.Skip((int)(history.Serial - read.Skipped)))
            history.Apply(change);
        Keep(history, read.Head);
    }

    void Keep(ProjectHistory history, RecordHead? head)
    {
        (_history, _head) = (history, head);
        if (_view is { } view && view.Snapshot.Serial != history.Serial)
            Volatile.Write(ref _view, null);
        if (history.Serial > 0)
            Changed?.Invoke(project, history);
        budget.Set(this, history.Weight);
    }

    View? CreateView(ProjectHistory history)
    {
        if (_view is null && _head is not null)
            Volatile.Write(ref _view, new View(history.ToSnapshot(), _head));
        return _view;
    }

    async Task WritePendingAsync()
    {
        List<IPendingChange> batch;
        lock (_gate)
            (batch, _pending) = (_pending ?? [], null);
        try
        {
            var tried = new List<ProjectEvent>();
            for (var attempt = 1; !await TryWriteAsync(batch, tried, isLast: attempt == MaxAttempts); attempt++)
                await Task.Delay(PauseAfter(attempt), clock);
            batch.ForEach(c => c.Complete());
        }
        catch (Exception error)
        {
            Forget();
            batch.ForEach(c => c.Fail(error));
        }
    }

    /// <summary>Returns false if another process changed the record meanwhile.</summary>
    /// <param name="batch">The changes.</param>
    /// <param name="tried">The events of the last attempt, whose answer may have been lost.</param>
    /// <param name="isLast">Whether to fail instead.</param>
    async Task<bool> TryWriteAsync(List<IPendingChange> batch, List<ProjectEvent> tried, bool isLast)
    {
        if (Lease() is { } lease)
            await lease.ConfirmAsync(CancellationToken.None);
        if (tried.Count > 0 && !store.Traits.IsLocal && await WasWrittenAsync(tried))
            return true;
        var history = await LoadAsync(CancellationToken.None);
        tried.Clear();
        tried.AddRange(Decide(batch, history));
        if (tried.Count == 0)
            return await IsCurrentAsync();
        try
        {
            _head = await File.AppendAsync(_head, tried);
        }
        catch (PreconditionFailedException) when (!isLast)
        {
            Forget();
            return false;
        }
        Volatile.Write(ref _view, null);
        Changed?.Invoke(project, history);
        budget.Set(this, history.Weight);
        if (Lease() is { } still)
            await still.ConfirmAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Lets the changes decide, and applies the events to the history.</summary>
    List<ProjectEvent> Decide(List<IPendingChange> batch, ProjectHistory history)
    {
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
        return events;
    }

    /// <summary>Whether the history that was decided on is that in the store.</summary>
    async Task<bool> IsCurrentAsync()
    {
        var (history, head) = (_history, _head);
        await UpdateAsync(CancellationToken.None);
        return _history == history && _head == head;
    }

    /// <summary>Whether the record has these events, so that they need not be decided on again.</summary>
    async Task<bool> WasWrittenAsync(List<ProjectEvent> tried)
    {
        if (await File.ReadAsync(CancellationToken.None) is not { } read)
            return false;
        _history = null;
        Apply(read);
        var there = read.Events.Skip((int)(tried[0].Serial - 1 - read.Skipped)).Take(tried.Count).ToList();
        return RecordLines.Write(there).AsSpan().SequenceEqual(RecordLines.Write(tried));
    }

    /// <summary>The first time is for the one process that may have changed the record once.</summary>
    static TimeSpan PauseAfter(int attempt) => attempt == 1
        ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Min(10 << attempt, 500) * Random.Shared.NextDouble());

    /// <summary>
    /// Discards the history. After a failed write, the content of the store is uncertain and has to be read again. What
    /// was shown last may be shown as stale while a bucket is away.
    /// </summary>
    void Forget()
    {
        _history = null;
        Volatile.Write(ref _epoch, NoEpoch);
        if (store.Traits.IsLocal)
            Volatile.Write(ref _view, null);
        Forgotten?.Invoke(project);
    }

    async Task<ProjectHistory> LoadAsync(CancellationToken cancellationToken)
    {
        if (_history is not null)
        {
            Touch();
            return _history;
        }
        var read = await File.ReadAsync(cancellationToken);
        if (read is null && MustExist(project))
            throw File.Missing();
        var history = new ProjectHistory(project);
        foreach (var change in read?.Events ?? [])
            history.Apply(change);
        Keep(history, read?.Head);
        return history;
    }

    /// <summary>The state of the project, and the object that it was made from.</summary>
    sealed record View(ProjectSnapshot Snapshot, RecordHead Head);
}
