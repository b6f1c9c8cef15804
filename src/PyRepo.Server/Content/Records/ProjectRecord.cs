using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// A project's record in the store. It is read when first needed, and stays in memory while the budget allows.
/// </summary>
/// <remarks>
/// <para>Changes that arrive during a write wait, and are then written together with one flush. A change becomes
/// visible to readers only once it is durable. If a record cannot be read, only its own project fails.</para>
/// <para>Where other processes write too, each reader makes sure that nobody has written since the record was read, or
/// compares it with the store. Readers that wait share what began after they arrived.</para>
/// </remarks>
sealed class ProjectRecord : BudgetedEntry
{
    /// <summary>The bytes from which a history is large.</summary>
    const long LargeHistory = 1 << 20;

    readonly RecordContext _context;
    readonly RecordMemory _memory;
    readonly AsyncLock _gate = new();

    /// <summary>The changes that wait, or null if none do: few records change.</summary>
    List<IPendingChange>? _pending;

    AsyncLock? _validating;

    public ProjectRecord(ProjectName project, RecordContext context)
    {
        (Project, _context) = (project, context);
        _memory = new RecordMemory(project, context, this);
    }

    /// <summary>The project.</summary>
    public ProjectName Project { get; }

    /// <summary>Returns the current state of the project, or null if it is not known.</summary>
    public ValueTask<ProjectSnapshot?> GetSnapshotAsync(CancellationToken cancellationToken)
    {
        // In this order: a view from before the validation in this epoch may be old.
        if (!IsCurrent() || _memory.View is not { } view)
            return new(GetCurrentAsync(cancellationToken));
        Touch();
        return new(view.Snapshot);
    }

    /// <summary>
    /// Returns the number of the record's events without reading its history, or null if that has to be read for it.
    /// </summary>
    public async ValueTask<long?> FindSerialAsync(CancellationToken cancellationToken)
    {
        if (_memory.State is null)
            return null;
        var arrived = _memory.ValidationsBegun;
        if (!await IsUnchangedAsync(cancellationToken))
        {
            await ValidateAsync(cancellationToken);
            if (!_memory.WasValidatedAfter(arrived) && !IsCurrent())
                return null;
        }
        Touch();
        return _memory.State?.Serial;
    }

    /// <summary>The state of the project that is in memory, or null if there is none. It may not be current.</summary>
    public ProjectSnapshot? Remembered => _memory.View?.Snapshot;

    /// <summary>
    /// Returns whether it is certain that no other process has changed the record since this one validated it. It may
    /// ask the store in the background.
    /// </summary>
    public bool IsCurrent() => _memory.IsCurrent();

    /// <summary>
    /// Returns the project as it was on a date according to its record, or null if it is not known now.
    /// </summary>
    public async Task<ProjectSnapshot?> GetSnapshotAsync(DateTimeOffset asOf, CancellationToken cancellationToken) =>
        await GetSnapshotAsync(cancellationToken) is { } now
            ? await PastSnapshot.ReadAsync(_memory.File, now, asOf, cancellationToken)
            : null;

    /// <summary>
    /// Returns the project as it was at a time, with what was removed since, or null if it is not known now.
    /// </summary>
    public async Task<ProjectHistory?> ReplayAsync(DateTimeOffset asOf, CancellationToken cancellationToken) =>
        await GetSnapshotAsync(cancellationToken) is { } now
            ? await PastSnapshot.ReplayAsync(_memory.File, now, asOf, cancellationToken)
            : null;

    /// <summary>Reads the history without changing it. Another process may have changed it meanwhile.</summary>
    public async Task<T> ReadAsync<T>(Func<ProjectHistory, T> read, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            return read(await _memory.LoadAsync(cancellationToken));
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Reads the history as it is in the store.</summary>
    public async Task<T> ReadCurrentAsync<T>(Func<ProjectHistory, T> read, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            await _memory.RefreshAsync(cancellationToken);
            return read(await _memory.LoadAsync(cancellationToken));
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Reads the history. It stays in memory only if it was there before.</summary>
    public async Task ScanAsync(Action<ProjectHistory> look, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            var wasInMemory = IsInMemory;
            look(await _memory.LoadAsync(cancellationToken));
            if (!wasInMemory)
                Unload();
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>
    /// Reads the history as it is in the store, for lists. A large one stays in memory only if it was there before.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            var wasInMemory = IsInMemory;
            await _memory.RefreshAsync(cancellationToken);
            if ((await _memory.LoadAsync(cancellationToken)).Weight > LargeHistory && !wasInMemory)
                Unload();
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Discards what is in memory, because the store lost some of it.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            _memory.Forget();
        }
        finally
        {
            _gate.Leave();
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
        await _gate.EnterAsync();
        try
        {
            if (!change.Outcome.IsCompleted)
                await new RecordBatch(_memory, _context, TakePending()).WriteAsync();
        }
        finally
        {
            _gate.Leave();
        }
        return await change.Outcome;
    }

    /// <inheritdoc/>
    public override bool IsLowPriority => true;

    /// <inheritdoc/>
    public override bool TryEvict()
    {
        if (!_gate.TryEnter())
            return false;
        _memory.Evict();
        _gate.Leave();
        return true;
    }

    /// <summary>
    /// Whether something is in memory. What is shown last, while a bucket is away, is lost with the object.
    /// </summary>
    bool IsInMemory => _memory.History is not null || _memory.View is not null;

    void Unload()
    {
        _memory.Unload();
        _context.Budget.Remove(this);
    }

    List<IPendingChange> TakePending()
    {
        lock (_gate)
        {
            var pending = _pending ?? [];
            _pending = null;
            return pending;
        }
    }

    /// <summary>Whether nobody has written anything since the record was validated, up to this call.</summary>
    ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        if (IsCurrent())
            return new(true);
        return _context.LastEpoch is not { } last || !_memory.IsOf(last)
            ? new(false)
            : new(StoreDeadline.LookAsync(
                async token => await _context.FindEpochAsync(token) is { } epoch && _memory.IsOf(epoch),
                _context.Clock, cancellationToken));
    }

    /// <summary>Compares what is in memory with the store, and returns the current state.</summary>
    async Task<ProjectSnapshot?> GetCurrentAsync(CancellationToken cancellationToken)
    {
        var arrived = _memory.ValidationsBegun;
        // In this order, see above.
        if (_memory.View is not null && await IsUnchangedAsync(cancellationToken) && _memory.View is { } unchanged)
        {
            Touch();
            return unchanged.Snapshot;
        }
        if (_memory.State is not null)
        {
            await ValidateAsync(cancellationToken);
            // A failed write of this process in between leaves a view that was not compared.
            if ((_memory.WasValidatedAfter(arrived) || IsCurrent()) && _memory.View is { } view)
                return view.Snapshot;
        }
        return _context.IsShared
            ? await StoreDeadline.RunAsync(
                isFirst: true, token => ReadAsync(arrived, token), _context.Clock, cancellationToken)
            : await ReadAsync(arrived, cancellationToken);
    }

    /// <summary>Compares what is in memory with the store. Who waits shares what began after they arrived.</summary>
    async Task ValidateAsync(CancellationToken cancellationToken)
    {
        if (!_context.IsShared)
        {
            await ValidateOnceAsync(cancellationToken);
            return;
        }
        var arrived = _memory.ValidationsBegun;
        var validating = Volatile.Read(ref _validating)
            ?? Interlocked.CompareExchange(ref _validating, new AsyncLock(), null) ?? _validating!;
        await StoreDeadline.RunAsync(
            isFirst: _memory.View is null,
            async token =>
            {
                await validating.EnterAsync(token);
                try
                {
                    if (!_memory.WasValidatedAfter(arrived) && !IsCurrent())
                    {
                        await _context.ConfirmLeaseAsync(token);
                        await ValidateOnceAsync(token);
                        // The process may have been stopped in between, and what it found is not for all yet.
                        await _context.ConfirmLeaseAsync(token);
                    }
                    return true;
                }
                finally
                {
                    validating.Leave();
                }
            },
            _context.Clock, cancellationToken);
    }

    async Task ValidateOnceAsync(CancellationToken cancellationToken)
    {
        if (_memory.State is not { } known)
            return;
        var validation = _memory.BeginValidation();
        if (await _memory.ReadIfChangedAsync(known.Head, known.Serial, cancellationToken) is { } changed)
            await ApplyAsync(changed, cancellationToken);
        _memory.EndValidation(validation);
    }

    /// <summary>Reads the history, unless that began after the caller had arrived.</summary>
    async Task<ProjectSnapshot?> ReadAsync(long arrived, CancellationToken cancellationToken)
    {
        await _context.ConfirmLeaseAsync(cancellationToken);
        await _gate.EnterAsync(cancellationToken);
        try
        {
            if (!_memory.WasValidatedAfter(arrived))
                await _memory.RefreshAsync(cancellationToken);
            var history = await _memory.LoadAsync(cancellationToken);
            await _context.ConfirmLeaseAsync(cancellationToken);
            if (history.Serial == 0 && _context.Index?.MustExist(Project) is not true)
                return null;
            return _memory.CreateView(history)?.Snapshot ?? history.ToSnapshot();
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Takes up what was read from the store, unless a change of this process came after it.</summary>
    async Task ApplyAsync(ReadRecord changed, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            var known = _memory.History?.Serial ?? _memory.State?.Serial ?? 0;
            if (changed.IsOther || changed.Skipped + changed.Events.Count > known)
                _memory.Apply(changed);
            _memory.CreateView(await _memory.LoadAsync(cancellationToken));
        }
        finally
        {
            _gate.Leave();
        }
    }
}
