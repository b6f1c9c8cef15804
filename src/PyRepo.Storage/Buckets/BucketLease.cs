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
/// on its own entry earlier (<see cref="_validity"/>) than others remove it (<see cref="_expiry"/>).</para>
/// <para>If the service ignores conditions, only one process may join, and a collision of two that start at the same
/// time is found by reading again.</para>
/// </remarks>
sealed class BucketLease(BucketStore store, string replica, TimeProvider clock) : StoreLease
{
    public const string Key = $"{ConditionalWrites.LeaseFolder}replicas.json";
    const int MaxAttempts = 8;
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(4);
    static readonly TimeSpan _validity = TimeSpan.FromSeconds(12);
    static readonly TimeSpan _expiry = TimeSpan.FromSeconds(20);
    static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _confirmationPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan _confirmationTimeout = _expiry + _interval + _interval;

    readonly SemaphoreSlim _gate = new(1, 1);
    readonly string _incarnation = Guid.NewGuid().ToString("N");
    readonly Dictionary<string, (LeaseMember Entry, long Since)> _observed = new(StringComparer.Ordinal);
    volatile State? _state;
    long _epochs;
    bool _isReplaced;

    /// <summary>The silence after which a process is gone.</summary>
    public static TimeSpan Expiry => _expiry;

    public override long? SoleEpoch =>
        _state is { SoleEpoch: { } epoch } state && IsValid(state) ? epoch : null;

    public override bool IsInPlace => !_isReplaced;

    public override bool IsLeader =>
        _state is { } state && IsValid(state) && state.Document.Members[0].Replica == replica;

    public override bool WasReleased => true;

    public override TimeSpan? RenewalInterval => _interval;

    public override IReadOnlyList<string> Others =>
        _state is { } state ? [.. state.Others.Select(m => m.Replica)] : [];

    /// <summary>Joins the others. Where conditions are ignored, that fails while there is another.</summary>
    public async Task<LeaseAttempt> TryJoinAsync(CancellationToken cancellationToken)
    {
        if (store.Traits.HonorsConditions)
        {
            await RenewAsync(cancellationToken);
            return new(this, null);
        }
        var (document, _) = await LeaseDocument.ReadAsync(store, cancellationToken);
        if (OtherThanMe(Living(document)) is { } other)
            return new(null, $"the replica '{other.Replica}'");
        await RenewAsync(cancellationToken);
        await Task.Delay(_settling * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
        (document, _) = await LeaseDocument.ReadAsync(store, cancellationToken);
        return document.Members is [var only] && only.Incarnation == _incarnation
            ? new(this, null)
            : new(null, $"the replica '{OtherThanMe(document.Members)?.Replica}'");
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
            for (var attempt = 1; !await TryRenewAsync(attempt == MaxAttempts, cancellationToken); attempt++)
                await BucketStore.PauseAsync(Math.Min(attempt, 5), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public override ValueTask ConfirmAsync(CancellationToken cancellationToken) =>
        IsConfirmed ? default : new(WaitAsync(cancellationToken));

    bool IsConfirmed => _state is { } state && IsValid(state) && IsKnownToAll(state);

    public override async ValueTask ReleaseAsync(bool inOrder)
    {
        if (_state is null || _isReplaced || !inOrder)
            return;
        await _gate.WaitAsync();
        try
        {
            for (var attempt = 1; attempt <= MaxAttempts && !await TryLeaveAsync(); attempt++)
                await BucketStore.PauseAsync(attempt, CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            // The others notice the silence.
        }
        finally
        {
            _state = null;
            _gate.Release();
        }
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            await RenewUnlessConfirmedAsync(cancellationToken);
            if (IsConfirmed)
                return;
            if (clock.GetElapsedTime(began) > _confirmationTimeout)
            {
                throw new StoreUnavailableException(
                    "The other replicas did not notice this one in time. Try again.");
            }
            await Task.Delay(_confirmationPause, clock, cancellationToken);
        }
    }

    async Task<bool> TryRenewAsync(bool isLast, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var (document, version) = await LeaseDocument.ReadAsync(store, cancellationToken);
        var mine = document.Members.FirstOrDefault(m => m.Replica == replica);
        if (_state is not null && mine is not null && mine.Incarnation != _incarnation)
        {
            _isReplaced = true;
            throw new StoreUnavailableException($"Another process has the name of this replica, '{replica}'.");
        }
        var living = Living(document);
        if (!store.Traits.HonorsConditions && _state is not null && mine is null)
        {
            // This process was silent for so long that another one took its place.
            _isReplaced = OtherThanMe(living) is not null;
            if (OtherThanMe(living) is { Replica: var other })
                throw new StoreUnavailableException($"The replica '{other}' has taken the bucket over.");
        }
        var isJoining = mine?.Incarnation != _incarnation;
        var generation = isJoining ? document.Generation + 1 : document.Generation;
        var renewed = new LeaseMember(
            replica, _incarnation, (mine?.Counter ?? 0) + 1, generation, isJoining ? generation : mine!.Joined);
        var next = new LeaseDocument(generation, isJoining
            ? [.. living.Where(m => m.Replica != replica), renewed]
            : [.. living.Select(m => m.Replica == replica ? renewed : m)]);
        // Whoever reads that this process knows of it relies on that, maybe before the answer to the write arrives.
        if (next.Members.Length > 1 && _state is { } before)
            _state = before with { SoleEpoch = null };
        try
        {
            var written = await store.PutAsync(Key, next.ToJson(), ConditionOf(version), cancellationToken);
            ImmutableArray<LeaseMember> others = [.. next.Members.Where(m => m.Replica != replica)];
            // If the object is the one that this process wrote last, nobody came and went meanwhile.
            var epoch = !others.IsEmpty ? (long?)null
                : version is not null && version == _state?.Version && _state.SoleEpoch is { } same ? same
                : ++_epochs;
            _state = new State(next, written.Version, renewed, others, began, epoch);
            return true;
        }
        catch (PreconditionFailedException error)
        {
            return !isLast ? false : throw new StoreUnavailableException(
                "Other replicas kept renewing their entries first. Try again.", error);
        }
    }

    async Task<bool> TryLeaveAsync()
    {
        var (document, version) = await LeaseDocument.ReadAsync(store, CancellationToken.None);
        if (!document.Members.Any(m => m.Incarnation == _incarnation))
            return true;
        var rest = document with { Members = document.Members.RemoveAll(m => m.Incarnation == _incarnation) };
        try
        {
            await store.PutAsync(Key, rest.ToJson(), ConditionOf(version), CancellationToken.None);
            return true;
        }
        catch (PreconditionFailedException)
        {
            return false;
        }
    }

    /// <summary>Returns the members whose entries changed not too long ago, as far as this process saw.</summary>
    ImmutableArray<LeaseMember> Living(LeaseDocument document)
    {
        foreach (var member in document.Members)
        {
            if (!_observed.TryGetValue(member.Replica, out var last) || last.Entry != member)
                _observed[member.Replica] = (member, clock.GetTimestamp());
        }
        var present = document.Members.Select(m => m.Replica).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _observed.Keys.Where(name => !present.Contains(name)))
            _observed.Remove(gone);
        return document.Members.RemoveAll(
            m => m.Incarnation != _incarnation && clock.GetElapsedTime(_observed[m.Replica].Since) > _expiry);
    }

    LeaseMember? OtherThanMe(ImmutableArray<LeaseMember> members) => members.FirstOrDefault(m => m.Replica != replica);

    WriteCondition ConditionOf(VersionTag? version) =>
        !store.Traits.HonorsConditions ? WriteCondition.None
        : version is { } known ? WriteCondition.Match(known)
        : WriteCondition.Absent;

    bool IsValid(State state) => clock.GetElapsedTime(state.RenewedAt) < _validity;

    static bool IsKnownToAll(State state) => state.Others.All(m => m.Seen >= state.Mine.Joined);

    /// <param name="Document">What was written.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Mine">This process's entry.</param>
    /// <param name="Others">The others'.</param>
    /// <param name="RenewedAt">The timestamp from before the renewal.</param>
    /// <param name="SoleEpoch">See <see cref="StoreLease.SoleEpoch"/>, as long as the entry is valid.</param>
    sealed record State(
        LeaseDocument Document, VersionTag Version, LeaseMember Mine, ImmutableArray<LeaseMember> Others,
        long RenewedAt, long? SoleEpoch);
}
