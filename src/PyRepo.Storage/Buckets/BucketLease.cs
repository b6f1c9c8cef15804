using System.Collections.Immutable;

namespace PyRepo.Storage.Buckets;

/// <summary>
/// A process's part in a bucket, told in one object that all of them write with compare-and-swap.
/// </summary>
/// <remarks>
/// <para>Nobody needs the lease to write: each write has a condition of its own. It says who may rely on memory. A
/// process that is alone need not look at the bucket before it shows what it knows. One that joins acknowledges no
/// write before everybody else knows of it, or has been silent for so long that it may rely on nothing.</para>
/// <para>Clocks are not compared: a process counts the time since another one's entry last changed, and stops relying
/// on its own entry earlier (<see cref="Validity"/>) than others remove it (<see cref="LeaseDocument.Expiry"/>). On a
/// paused machine the clock stands still, so a write is acknowledged only after the object was read again. Whoever was
/// taken for gone joins again like a new process.</para>
/// <para>Among others, a process says in the object that it is writing, before it writes, and takes that back with a later
/// renewal. Whoever reads the object and finds nobody writing knows that nothing has changed since the last time that it
/// found so, unless the object says that a write has ended in between, that one has joined, or that one is gone whose
/// requests may still arrive. One read of it serves all that wait, whatever they ask for, and those that ask soon after:
/// whoever says that it is writing waits before it writes (<see cref="WriteAnnouncements.Notice"/>), for longer than
/// others rely on what they read before (<see cref="WriteAnnouncements.Reliance"/>).</para>
/// <para>If the bucket is full, no process can join or renew. Then each relies on nothing, compares all with the bucket
/// before it shows it, and writes nothing until a renewal succeeds.</para>
/// <para>If the service ignores conditions, only one process may join, and a collision of two that start at the same
/// time is found by reading again.</para>
/// </remarks>
sealed class BucketLease : StoreLease
{
    const int MaxAttempts = 8;

    /// <summary>How often a write is announced, if that fails. Each time it is tried to renew.</summary>
    const int MaxAnnouncements = 3;

    /// <summary>
    /// How long there is at most between renewals. It is below <see cref="Validity"/>, for a renewal takes some time, and
    /// is tried again.
    /// </summary>
    internal static TimeSpan LongestInterval { get; } = TimeSpan.FromSeconds(9);

    /// <summary>How long a replica relies on its entry after a renewal began.</summary>
    internal static TimeSpan Validity { get; } = TimeSpan.FromSeconds(12);

    static readonly TimeSpan _interval = TimeSpan.FromSeconds(4);

    static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _confirmationPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Delays have whole milliseconds.</summary>
    static readonly TimeSpan _rounding = TimeSpan.FromMilliseconds(1);

    static readonly TimeSpan _confirmationTimeout = LeaseDocument.Expiry + LongestInterval;

    readonly BucketStore _store;
    readonly BucketReplica _replica;
    readonly TimeProvider _clock;
    readonly bool _isCopying;
    readonly AsyncLock _gate = new();
    readonly SharedRun _look;
    readonly RecentLook _recent;
    readonly LeaseObservations _observed;
    readonly ServiceClockOffset _offset;
    readonly WriteAnnouncements _writes;
    LeaseState? _state;
    long _epochs;
    string? _lost;

    /// <summary>Whether the last renewal failed because the bucket is full.</summary>
    volatile bool _isFull;

    /// <param name="store">The bucket.</param>
    /// <param name="replica">The process.</param>
    /// <param name="isCopying">Whether it copies a repository to the bucket.</param>
    /// <param name="clock">The clock.</param>
    public BucketLease(BucketStore store, BucketReplica replica, bool isCopying, TimeProvider clock)
    {
        (_store, _replica, _isCopying, _clock) = (store, replica, isCopying, clock);
        _look = new SharedRun(LookAsync);
        _recent = new RecentLook(_look, clock);
        (_observed, _offset, _writes) =
            (new(clock), new(clock), new(store.SustainsRewrites, store.Times.Notice, clock));
    }

    public override long? SoleEpoch =>
        Current is { SoleEpoch: { } epoch } state && IsValid(state) ? epoch : null;

    public override long? LastEpoch =>
        Current is { } state && IsValid(state) ? state.SoleEpoch ?? state.QuietEpoch : null;

    public override bool IsInPlace => _lost is null;

    public override string? WhyLost => _lost;

    public override bool IsLeader =>
        Current is { } state && IsValid(state) && IsMe(state.Document.Members[0]);

    public override bool WasReleased => true;

    /// <inheritdoc/>
    /// <remarks>All replicas write one object, and Google takes one write of it a second.</remarks>
    public override TimeSpan? RenewalInterval => GetInterval(Current?.Document.Members.Length ?? 1);

    public override TimeSpan ClockOffset => _offset.Value;

    /// <summary>How often each of a number of members renews its entry.</summary>
    static TimeSpan GetInterval(int members) =>
        TimeSpan.FromSeconds(Math.Clamp(members, _interval.TotalSeconds, LongestInterval.TotalSeconds));

    public override IReadOnlyList<string> Others =>
        Current is { } state ? [.. state.Others.Select(m => m.Replica)] : [];

    LeaseState? Current => Volatile.Read(ref _state);

    bool IsMe(LeaseMember member) => member.Incarnation == _replica.Incarnation;

    /// <summary>
    /// Joins the others. That fails while a repository is copied to the bucket; for such a copy, while there is anybody
    /// else; and where conditions are ignored, too.
    /// </summary>
    public async Task<LeaseAttempt> TryJoinAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RenewAsync(cancellationToken);
        }
        catch (BucketInUseException error)
        {
            return new(null, error.Holder);
        }
        catch (StoreFullException) when (!_isCopying)
        {
            return new(this, null);
        }
        if (_store.Traits.HonorsConditions is true)
        {
            await NoteTimeAsync(cancellationToken);
            return new(this, null);
        }
        await Task.Delay(_settling * (0.5 + _store.Random.NextDouble()), _clock, cancellationToken);
        var (document, _) = await LeaseDocument.ReadAsync(_store, cancellationToken);
        return document.Members is [var only] && IsMe(only)
            ? new(this, null)
            : new(null, GetHolder(OtherThanMe(document.Members)));
    }

    public override Task RenewAsync(CancellationToken cancellationToken) =>
        RenewUnlessAsync(static () => false, cancellationToken);

    /// <summary>Renews, unless somebody did it while this caller waited.</summary>
    async Task RenewUnlessAsync(Func<bool> isDone, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken);
        try
        {
            if (isDone())
                return;
            if (_lost is { } why)
                throw new StoreUnavailableException(why);
            for (var attempt = 1; !await TryRenewAsync(attempt == MaxAttempts, cancellationToken); attempt++)
                await _store.Pause.WaitAsync(Math.Min(attempt, 5), cancellationToken);
            _isFull = false;
        }
        catch (StoreFullException)
        {
            _isFull = true;
            throw;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <inheritdoc/>
    /// <remarks>While the bucket is full, nobody writes, and what is read from it counts as it is.</remarks>
    public override ValueTask ConfirmAsync(CancellationToken cancellationToken) =>
        IsConfirmed || (_isFull && _lost is null) ? default : new(WaitAsync(cancellationToken));

    bool IsConfirmed => _lost is null && Current is { } state && IsValid(state) && state.IsKnownToAll;

    /// <inheritdoc/>
    /// <remarks>
    /// A process in the object has not been taken for gone: no other relied on being alone when the write was made, or
    /// those that do so from now on look at the bucket first.
    /// </remarks>
    public override async ValueTask ConfirmWriteAsync(CancellationToken cancellationToken)
    {
        await _look.RunAsync(cancellationToken);
        if (!IsConfirmed)
            await WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A process that is writing relies on nothing: it may not have said so yet.</remarks>
    public override long? GetRecentEpoch()
    {
        if (SoleEpoch is { } sole)
            return sole;
        if (_writes.MayBeRunning || Current is not { QuietEpoch: { } quiet } state || !IsValid(state))
            return null;
        return _recent.Covers(quiet) ? quiet : null;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An epoch ends when one joins, and when a write ends that was announced. While nobody says that it is writing,
    /// and the object is the one that was read when the epoch began but for renewals, nothing was written since.
    /// </remarks>
    public override async ValueTask<long?> FindEpochAsync(CancellationToken cancellationToken)
    {
        if (GetRecentEpoch() is { } recent)
            return recent;
        if (Current is not { QuietEpoch: not null } known || !IsValid(known))
            return null; // The next renewal tells whether all are quiet again.
        await _look.RunAsync(cancellationToken);
        return Current is { } state && IsValid(state) ? state.QuietEpoch : null;
    }

    /// <inheritdoc/>
    /// <remarks>The announcement stays until the renewal after the write, so that of many one is made.</remarks>
    public override async ValueTask BeginWriteAsync(CancellationToken cancellationToken)
    {
        _writes.Begin();
        if (!_writes.AreAnnounced || SoleEpoch is not null)
            return;
        // Others may have taken this process for gone, and the announcement with it.
        if (IsAnnounced)
            await _look.RunAsync(cancellationToken);
        using var limit = new RunningTimeout(_confirmationTimeout, cancellationToken, _clock);
        try
        {
            await AnnounceAsync(limit.Token);
            while (_writes.NoticeLeft is { Ticks: > 0 } left)
                await Task.Delay(left + _rounding, _clock, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The other replicas could not be told of a write in time. Try again.");
        }
    }

    async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; !IsAnnounced; attempt++)
        {
            if (attempt > MaxAttempts)
                throw new StoreUnavailableException("The other replicas could not be told of a write. Try again.");
            try
            {
                await RenewUnlessAsync(() => IsAnnounced, cancellationToken);
            }
            catch (IOException) when (attempt < MaxAnnouncements && IsInPlace)
            {
                await _store.Pause.WaitAsync(attempt, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Makes sure that the others still take this process for one of them, before it sends a write to them. What it
    /// sends later could arrive when they no longer expect it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">They may not.</exception>
    public void RequireValid()
    {
        if (_writes.AreAnnounced && (Current is not { } state || !IsValid(state)))
            throw new StoreUnavailableException("This replica could not renew its lease in time. Try again.");
    }

    public override void EndWrite(bool isCertain) => _writes.End(isCertain);

    bool IsAnnounced => _writes.IsAnnounced && Current is { Mine.Writing: true } state && IsValid(state);

    long NewEpoch() => Interlocked.Increment(ref _epochs);

    /// <summary>Reads the object unless it is the one that this process saw last, and notes what others have written.</summary>
    async Task LookAsync()
    {
        while (Current is { } state)
        {
            var began = _clock.GetTimestamp();
            var changed = await _store.OpenIfChangedAsync(LeaseDocument.Key, state.Seen, CancellationToken.None);
            if (changed.IsUnchanged)
            {
                _recent.Note(state, began);
                return;
            }
            var (document, version) = await LeaseDocument.ReadAsync(changed.Content, CancellationToken.None);
            // With another generation, a renewal on its way has joined again: this process was dropped before.
            var seen = document.Members.FirstOrDefault(IsMe) is { } mine && mine.Joined == state.Mine.Joined
                ? state.Read(document, mine, version ?? state.Seen)
                    .Following(state, IsSettled(document), NewEpoch)
                : state.Forgotten(version ?? state.Seen);
            if (Interlocked.CompareExchange(ref _state, seen, state) == state)
            {
                _recent.Note(seen, began);
                return;
            }
            // A renewal came in between, and may have read the object before the write that is to be confirmed.
        }
    }

    public override async ValueTask ReleaseAsync(bool inOrder)
    {
        if (Current is null || !IsInPlace || !inOrder)
            return;
        await _gate.EnterAsync();
        try
        {
            // Whoever is alone then writes without saying so, maybe before the answer to the write arrives.
            Forget(null);
            for (var attempt = 1; attempt <= MaxAttempts && !await TryLeaveAsync(); attempt++)
                await _store.Pause.WaitAsync(attempt, CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            // The others notice the silence.
        }
        finally
        {
            Volatile.Write(ref _state, null);
            _gate.Leave();
        }
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        await RenewUnlessAsync(() => IsConfirmed, cancellationToken);
        while (!IsConfirmed)
        {
            if (_clock.GetElapsedTime(began) > _confirmationTimeout)
            {
                throw new StoreUnavailableException(
                    "The other replicas did not notice this one in time. Try again.");
            }
            await Task.Delay(_confirmationPause, _clock, cancellationToken);
            // That others know of this process is in the object that they write; a write of its own would be in their way.
            if (Current is { } state && IsValid(state))
                await _look.RunAsync(cancellationToken);
            else
                await RenewUnlessAsync(() => IsConfirmed, cancellationToken);
        }
    }

    async Task<bool> TryRenewAsync(bool isLast, CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        var (document, version, writtenAt) = await LeaseDocument.ReadWithTimeAsync(_store, cancellationToken);
        var mine = document.Members.FirstOrDefault(IsMe);
        _offset.Note(mine is null ? null : Current, writtenAt, version);
        var living = _observed.Living(document, _replica);
        if (mine is null)
        {
            Forget(version);
            await RequireRoomAsync(OtherThanMe(living), cancellationToken);
        }
        var generation = mine is null ? document.Generation + 1 : document.Generation;
        // Whoever reads that this process knows of it relies on that, maybe before the answer to the write arrives. A
        // write that begins from here on is announced, those before are counted.
        while (living.Any(m => !IsMe(m)) && Current is { SoleEpoch: not null } sole)
            Interlocked.CompareExchange(ref _state, sole with { SoleEpoch = null }, sole);
        var renewed = new LeaseMember(
            _replica.Name, _replica.Incarnation, (mine?.Counter ?? 0) + 1, generation, mine?.Joined ?? generation)
        {
            Copying = _isCopying,
            GivesNotice = _writes.AreAnnounced,
            Writing = _writes.BeginAnnouncement(),
        };
        var next = document.With(
            generation, mine is null ? [.. living, renewed] : [.. living.Select(m => IsMe(m) ? renewed : m)],
            mayArrive: living.Length < document.Members.Length);
        next = next with { Used = next.Used || IsUsed, HasRecords = next.HasRecords || HasRecords };
        // It says that it knows whoever has joined, and that it is writing: what a look found before counts no more.
        while (Current is { QuietEpoch: not null } quiet
            && (renewed.Writing || quiet.Document.Generation != generation))
        {
            Interlocked.CompareExchange(ref _state, quiet.NoLongerQuiet(), quiet);
        }
        var before = Current;
        try
        {
            var written = await _store.PutAsync(
                LeaseDocument.Key, next.ToJson(), GetCondition(version), cancellationToken);
            ImmutableArray<LeaseMember> others = [.. next.Members.Where(m => !IsMe(m))];
            // If the object is the one that this process wrote last, nobody came and went meanwhile.
            var epoch = !others.IsEmpty ? (long?)null
                : version is not null && version == Current?.Version && Current.SoleEpoch is { } same ? same
                : NewEpoch();
            var hasJoined = mine is null || renewed.Joined != before?.Mine.Joined;
            // A write that began before the others took this process for gone is sent when it counts again.
            if (hasJoined && before is not null && _writes.AreAnnounced)
                await Task.Delay(_store.Times.Notice, _clock, cancellationToken);
            _writes.EndAnnouncement(renewed.Writing, hasJoined);
            Publish(
                new(next, written.Version, renewed, others, began, epoch) { Seen = written.Version }, before, version);
            return true;
        }
        catch (PreconditionFailedException error)
        {
            return !isLast ? false : throw new StoreUnavailableException(
                "Other replicas kept renewing their entries first. Try again.", error);
        }
    }

    /// <summary>
    /// Whether nothing can arrive that the object does not tell: of members that are gone, or a write of this process
    /// from when it was alone, which it has not announced.
    /// </summary>
    bool IsSettled(LeaseDocument document) => !_writes.MayBeRunning && _observed.IsSettled(document);

    /// <summary>Notes that the others have taken this process for gone.</summary>
    void Forget(VersionTag? seen)
    {
        while (Current is { IsForgotten: false } state)
            Interlocked.CompareExchange(ref _state, state.Forgotten(seen ?? state.Seen), state);
    }

    /// <summary>Publishes the state after a renewal, of which somebody may have read more meanwhile.</summary>
    /// <param name="renewed">The state.</param>
    /// <param name="before">The state before it.</param>
    /// <param name="replaced">The version of the object that it replaced.</param>
    void Publish(LeaseState renewed, LeaseState? before, VersionTag? replaced)
    {
        while (true)
        {
            var current = Current;
            var next = current == before || current?.Seen == renewed.Version || current?.Seen == replaced
                ? renewed.Following(current, IsSettled(renewed.Document), NewEpoch)
                : renewed.Uncertain(current);
            if (Interlocked.CompareExchange(ref _state, next, current) == current)
                return;
        }
    }

    /// <summary>
    /// Compares clocks by what was written just now. What was there before may be days old, which bounds no clock that
    /// is ahead.
    /// </summary>
    async Task NoteTimeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (document, version, writtenAt) = await LeaseDocument.ReadWithTimeAsync(_store, cancellationToken);
            _offset.Note(document.Members.Any(IsMe) ? Current : null, writtenAt, version);
        }
        catch (IOException)
        {
            // The next renewal tells.
        }
    }

    /// <summary>Makes sure that this process may join, for the first time or after others took it for gone.</summary>
    async Task RequireRoomAsync(LeaseMember? other, CancellationToken cancellationToken)
    {
        var mayBeOne = !_isCopying && other is not { Copying: true } && _store.Traits.HonorsConditions is true;
        if (Current is null)
        {
            if (other is not null && !mayBeOne)
                throw new BucketInUseException(GetHolder(other));
            return;
        }
        if (other is not null && !mayBeOne)
        {
            _lost = $"While this process was silent, {GetHolder(other)} took the bucket over.";
            throw new StoreUnavailableException(_lost);
        }
        try
        {
            if (Rejoining is { } check)
                await check(cancellationToken);
        }
        catch (InvalidDataException error)
        {
            _lost = $"The bucket became another one while this process was not among its replicas: {error.Message}.";
            throw new StoreUnavailableException(_lost, error);
        }
    }

    static string GetHolder(LeaseMember? other) =>
        other is { Copying: true } ? "pyrepo copy, which copies to it" : $"the replica '{other?.Replica}'";

    async Task<bool> TryLeaveAsync()
    {
        var (document, version) = await LeaseDocument.ReadAsync(_store, CancellationToken.None);
        if (!document.Members.Any(IsMe))
            return true;
        var rest = document.With(
            document.Generation, document.Members.RemoveAll(IsMe), mayArrive: _writes.BeginAnnouncement());
        try
        {
            await _store.PutAsync(LeaseDocument.Key, rest.ToJson(), GetCondition(version), CancellationToken.None);
            return true;
        }
        catch (PreconditionFailedException)
        {
            return false;
        }
    }

    LeaseMember? OtherThanMe(ImmutableArray<LeaseMember> members) => members.FirstOrDefault(m => !IsMe(m));

    static WriteCondition GetCondition(VersionTag? version) =>
        version is { } known ? WriteCondition.Match(known) : WriteCondition.Absent;

    bool IsValid(LeaseState state) =>
        !state.IsForgotten && _clock.GetElapsedTime(state.RenewedAt) < _store.Times.Validity;
}
