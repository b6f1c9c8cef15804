using System.Collections.Immutable;

namespace PyRepo.Storage.Buckets;

/// <summary>
/// A process's part in a bucket, told in one object that all of them write with compare-and-swap.
/// </summary>
/// <remarks>
/// <para>Nobody needs the lease to write: each write has a condition of its own. It says who may rely on memory. A
/// process that is alone need not look at the bucket before it shows what it knows. One that joins acknowledges no
/// write before everybody else knows of it, or has been silent for so long that it may rely on nothing.</para>
/// <para>Clocks are not compared: a process counts the time since another one's entry last changed, and stops to rely
/// on its own entry earlier (<see cref="_validity"/>) than others remove it (<see cref="LeaseDocument.Expiry"/>). On a
/// paused machine the clock stands still, so a write is acknowledged only after the object was read again. Whoever was
/// taken for gone joins again like a new process.</para>
/// <para>If the service ignores conditions, only one process may join, and a collision of two that start at the same
/// time is found by reading again.</para>
/// </remarks>
sealed class BucketLease : StoreLease
{
    const int MaxAttempts = 8;
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(4);

    /// <summary>Below <see cref="_validity"/>, for a renewal takes some time, and is tried again.</summary>
    static readonly TimeSpan _longestInterval = TimeSpan.FromSeconds(9);

    static readonly TimeSpan _validity = TimeSpan.FromSeconds(12);
    static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _confirmationPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan _confirmationTimeout = LeaseDocument.Expiry + _longestInterval;

    readonly BucketStore _store;
    readonly BucketReplica _replica;
    readonly TimeProvider _clock;
    readonly bool _isCopying;
    readonly SemaphoreSlim _gate = new(1, 1);
    readonly SharedRun _look;
    readonly Dictionary<string, (LeaseMember Entry, long Since)> _observed = new(StringComparer.Ordinal);
    State? _state;
    long _epochs;
    string? _lost;
    ServiceClockOffset _offset;

    /// <param name="store">The bucket.</param>
    /// <param name="replica">The process.</param>
    /// <param name="isCopying">Whether it copies a repository to the bucket.</param>
    /// <param name="clock">The clock.</param>
    public BucketLease(BucketStore store, BucketReplica replica, bool isCopying, TimeProvider clock)
    {
        (_store, _replica, _isCopying, _clock) = (store, replica, isCopying, clock);
        _look = new SharedRun(LookAsync);
    }

    public override long? SoleEpoch =>
        Current is { SoleEpoch: { } epoch } state && IsValid(state) ? epoch : null;

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
        TimeSpan.FromSeconds(Math.Clamp(members, _interval.TotalSeconds, _longestInterval.TotalSeconds));

    public override IReadOnlyList<string> Others =>
        Current is { } state ? [.. state.Others.Select(m => m.Replica)] : [];

    State? Current => Volatile.Read(ref _state);

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
        if (_store.Traits.HonorsConditions)
        {
            await NoteTimeAsync(cancellationToken);
            return new(this, null);
        }
        await Task.Delay(_settling * (0.5 + Random.Shared.NextDouble()), _clock, cancellationToken);
        var (document, _) = await LeaseDocument.ReadAsync(_store, cancellationToken);
        return document.Members is [var only] && IsMe(only)
            ? new(this, null)
            : new(null, GetHolder(OtherThanMe(document.Members)));
    }

    public override Task RenewAsync(CancellationToken cancellationToken) => RenewAsync(false, cancellationToken);

    /// <summary>Renews, unless somebody did it while this caller waited.</summary>
    Task RenewUnlessConfirmedAsync(CancellationToken cancellationToken) => RenewAsync(true, cancellationToken);

    async Task RenewAsync(bool unlessConfirmed, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (unlessConfirmed && IsConfirmed)
                return;
            if (_lost is { } why)
                throw new StoreUnavailableException(why);
            for (var attempt = 1; !await TryRenewAsync(attempt == MaxAttempts, cancellationToken); attempt++)
                await RetryPause.WaitAsync(Math.Min(attempt, 5), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public override ValueTask ConfirmAsync(CancellationToken cancellationToken) =>
        IsConfirmed ? default : new(WaitAsync(cancellationToken));

    bool IsConfirmed => _lost is null && Current is { } state && IsValid(state) && IsKnownToAll(state);

    /// <inheritdoc/>
    /// <remarks>
    /// A process in the object has not been taken for gone: no other relied on being alone when the write was made, or
    /// those that do so from now on look at the bucket first.
    /// </remarks>
    public override async ValueTask ConfirmWriteAsync(CancellationToken cancellationToken)
    {
        await _look.RunAsync(cancellationToken);
        await ConfirmAsync(cancellationToken);
    }

    /// <summary>Reads the object unless it is the one that this process wrote last, and notes what others have written.</summary>
    async Task LookAsync()
    {
        while (Current is { } state)
        {
            var changed = await _store.OpenIfChangedAsync(LeaseDocument.Key, state.Version, CancellationToken.None);
            if (changed.IsUnchanged)
                return;
            var members = (await LeaseDocument.ReadAsync(changed.Content, CancellationToken.None)).Members;
            // With another generation, a renewal on its way has joined again: this process was dropped before.
            var seen = members.FirstOrDefault(IsMe)?.Joined != state.Mine.Joined
                    ? state with { IsForgotten = true, SoleEpoch = null }
                : state with
                {
                    Others = members.RemoveAll(IsMe),
                    SoleEpoch = members.Length > 1 ? null : state.SoleEpoch,
                };
            if (Interlocked.CompareExchange(ref _state, seen, state) == state)
                return;
            // A renewal came in between, and may have read the object before the write that is to be confirmed.
        }
    }

    public override async ValueTask ReleaseAsync(bool inOrder)
    {
        if (Current is null || !IsInPlace || !inOrder)
            return;
        await _gate.WaitAsync();
        try
        {
            for (var attempt = 1; attempt <= MaxAttempts && !await TryLeaveAsync(); attempt++)
                await RetryPause.WaitAsync(attempt, CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            // The others notice the silence.
        }
        finally
        {
            Volatile.Write(ref _state, null);
            _gate.Release();
        }
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        await RenewUnlessConfirmedAsync(cancellationToken);
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
                await RenewUnlessConfirmedAsync(cancellationToken);
        }
    }

    async Task<bool> TryRenewAsync(bool isLast, CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        var (document, version, writtenAt) = await LeaseDocument.ReadWithTimeAsync(_store, cancellationToken);
        var mine = document.Members.FirstOrDefault(IsMe);
        NoteTime(writtenAt, version, isAlive: mine is not null);
        var living = Living(document);
        if (mine is null)
            await RequireRoomAsync(OtherThanMe(living), cancellationToken);
        var generation = mine is null ? document.Generation + 1 : document.Generation;
        var renewed = new LeaseMember(
            _replica.Name, _replica.Incarnation, (mine?.Counter ?? 0) + 1, generation, mine?.Joined ?? generation)
        {
            Copying = _isCopying,
        };
        var next = new LeaseDocument(
            generation, mine is null ? [.. living, renewed] : [.. living.Select(m => IsMe(m) ? renewed : m)]);
        // Whoever reads that this process knows of it relies on that, maybe before the answer to the write arrives.
        while (next.Members.Length > 1 && Current is { SoleEpoch: not null } before)
            Interlocked.CompareExchange(ref _state, before with { SoleEpoch = null }, before);
        try
        {
            var written = await _store.PutAsync(
                LeaseDocument.Key, next.ToJson(), GetCondition(version), cancellationToken);
            ImmutableArray<LeaseMember> others = [.. next.Members.Where(m => !IsMe(m))];
            // If the object is the one that this process wrote last, nobody came and went meanwhile.
            var epoch = !others.IsEmpty ? (long?)null
                : version is not null && version == Current?.Version && Current.SoleEpoch is { } same ? same
                : ++_epochs;
            Volatile.Write(ref _state, new State(next, written.Version, renewed, others, began, epoch));
            return true;
        }
        catch (PreconditionFailedException error)
        {
            return !isLast ? false : throw new StoreUnavailableException(
                "Other replicas kept renewing their entries first. Try again.", error);
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
            NoteTime(writtenAt, version, isAlive: document.Members.Any(IsMe));
        }
        catch (IOException)
        {
            // The next renewal tells.
        }
    }

    /// <summary>Compares clocks: the object is no older than this process's last renewal.</summary>
    void NoteTime(DateTimeOffset writtenAt, VersionTag? version, bool isAlive)
    {
        if (Current is not { } state || !isAlive)
        {
            // Nobody may have written it for days.
            _offset.Note(writtenAt, TimeSpan.Zero, TimeSpan.FromDays(36500), _clock.GetUtcNow());
            return;
        }
        // What this process wrote is as old as its renewal, but for the time that the write took.
        var most = _clock.GetElapsedTime(state.RenewedAt);
        var least = version == state.Version && most > LeaseDocument.Expiry
            ? most - LeaseDocument.Expiry
            : TimeSpan.Zero;
        _offset.Note(writtenAt, least, most, _clock.GetUtcNow());
    }

    /// <summary>Makes sure that this process may join, for the first time or after others took it for gone.</summary>
    async Task RequireRoomAsync(LeaseMember? other, CancellationToken cancellationToken)
    {
        var mayBeOne = !_isCopying && other is not { Copying: true } && _store.Traits.HonorsConditions;
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
            _lost = $"While this process was silent, the bucket became another one: {error.Message}.";
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
        var rest = document with { Members = document.Members.RemoveAll(IsMe) };
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

    /// <summary>
    /// Returns the members whose entries changed not too long ago, as far as this process saw, and of which it does not
    /// know that they ended.
    /// </summary>
    ImmutableArray<LeaseMember> Living(LeaseDocument document)
    {
        foreach (var member in document.Members)
        {
            if (!_observed.TryGetValue(member.Incarnation, out var last) || last.Entry != member)
                _observed[member.Incarnation] = (member, _clock.GetTimestamp());
        }
        var present = document.Members.Select(m => m.Incarnation).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _observed.Keys.Where(name => !present.Contains(name)))
            _observed.Remove(gone);
        return document.Members.RemoveAll(m => !IsMe(m)
            && (m.Incarnation == _replica.Former
                || _clock.GetElapsedTime(_observed[m.Incarnation].Since) > LeaseDocument.Expiry));
    }

    LeaseMember? OtherThanMe(ImmutableArray<LeaseMember> members) => members.FirstOrDefault(m => !IsMe(m));

    WriteCondition GetCondition(VersionTag? version) =>
        !_store.Traits.HonorsConditions ? WriteCondition.None
        : version is { } known ? WriteCondition.Match(known)
        : WriteCondition.Absent;

    bool IsValid(State state) => !state.IsForgotten && _clock.GetElapsedTime(state.RenewedAt) < _validity;

    static bool IsKnownToAll(State state) => state.Others.All(m => m.Seen >= state.Mine.Joined);

    /// <param name="Document">The document that was written.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Mine">This process's entry.</param>
    /// <param name="Others">The others'.</param>
    /// <param name="RenewedAt">The timestamp from before the renewal.</param>
    /// <param name="SoleEpoch">See <see cref="StoreLease.SoleEpoch"/>, as long as the entry is valid.</param>
    sealed record State(
        LeaseDocument Document, VersionTag Version, LeaseMember Mine, ImmutableArray<LeaseMember> Others,
        long RenewedAt, long? SoleEpoch)
    {
        /// <summary>Whether the others have taken this process for gone since.</summary>
        public bool IsForgotten { get; init; }
    }
}
