using System.Runtime.CompilerServices;

namespace PyRepo.Storage.Buckets;

/// <summary>
/// A store in a bucket, or below a prefix of it. Any number of processes may use it, if the service honors the
/// conditions of writes.
/// </summary>
public sealed class BucketStore(
    IBucketClient client, string? prefix, ScratchFolder scratch, BucketOwnership ownership, BucketReplica replica,
    TimeProvider clock) : IStore
{
    /// <summary>How often an append without a condition is tried.</summary>
    const int MaxAttempts = 4;

    static readonly TimeSpan _joinPause = TimeSpan.FromSeconds(1);

    /// <summary>How long a look at the version of an object may take: somebody waits for a page.</summary>
    static readonly TimeSpan _lookTimeout = TimeSpan.FromSeconds(5);

    readonly string _prefix = string.IsNullOrEmpty(prefix) ? "" : prefix.EndsWith('/') ? prefix : prefix + "/";
    readonly RecentAppends _recent = new();
    readonly AsyncLock _trying = new();
    BucketLease? _lease;
    volatile bool _isRepairing;

    /// <summary>How the service takes conditions, or null until that was tried.</summary>
    public ConditionSupport? Conditions { get; internal set; }

    /// <summary>
    /// The proof that came after <see cref="Conditions"/> were tried, and that they do not work; null if none did. Nothing is
    /// written from then on.
    /// </summary>
    public string? ConditionFault { get; private set; }

    /// <summary>The times of the protocol of replicas.</summary>
    internal ReplicaTimes Times { get; init; } = ReplicaTimes.Standard;

    /// <summary>Chooses how long pauses are.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <inheritdoc cref="RetryPause"/>
    internal RetryPause Pause => new(clock, Random);

    /// <inheritdoc/>
    public StoreTraits Traits => new(IsLocal: false, AppendsInPlace: false, Conditions?.IsHonored);

    /// <inheritdoc/>
    /// <remarks>A reason of the caller's own stays, whatever becomes of a <see cref="ConditionFault"/>.</remarks>
    public string? ReadOnlyReason
    {
        get => field ?? (ConditionFault is { } fault && !_isRepairing
            ? $"{fault} Set spec.server.replicas to 1, or use another service." : null);
        set;
    }

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken) =>
        await ownership.PrepareAsync(client, _prefix, WasUsedAsync, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask TryConditionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FindConditionsAsync(cancellationToken);
        }
        catch (StoreFullException)
        {
            // Nothing can be written, and all the same it can be read. The first write that fits tries them.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken)
    {
        await TryConditionsAsync(cancellationToken);
        _lease ??= new BucketLease(this, replica, isCopying: false, clock);
        return await _lease.TryJoinAsync(cancellationToken);
    }

    /// <summary>
    /// Tries to acquire the right to copy a repository to the bucket. Fails while anybody else uses it. No server uses
    /// it meanwhile.
    /// </summary>
    public async ValueTask<LeaseAttempt> TryAcquireForCopyAsync(CancellationToken cancellationToken)
    {
        await FindConditionsAsync(cancellationToken);
        var lease = new BucketLease(this, replica, isCopying: true, clock);
        var began = clock.GetTimestamp();
        while (true)
        {
            var attempt = await lease.TryJoinAsync(cancellationToken);
            // Whoever was killed is still in the lease, until it has been silent for long enough.
            if (attempt.Lease is not null || clock.GetElapsedTime(began) > LeaseDocument.Expiry + _joinPause)
                return attempt;
            await Task.Delay(_joinPause, clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) =>
        await client.HeadAsync(GetName(key), cancellationToken) is { } found ? WithKey(found) : null;

    /// <inheritdoc/>
    public async ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        (await OpenAsync(key, default, cancellationToken)).Content;

    /// <inheritdoc/>
    public ValueTask<StoredContent?> OpenKnownAsync(string key, long length, CancellationToken cancellationToken) =>
        new(new BucketContent(
            client, GetName(key), new StoredObject(key, length, new VersionTag(""), default), scratch, null));

    /// <inheritdoc/>
    public async ValueTask<ChangedContent> OpenIfChangedAsync(
        string key, VersionTag version, CancellationToken cancellationToken) =>
        await OpenAsync(key, new BucketRead { NoneMatch = version, Timeout = _lookTimeout }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StagedObject> StageAsync(string? key, long? expectedLength, CancellationToken cancellationToken)
    {
        RequireWritable();
        return new(new BucketStagedObject(
            client, scratch.CreateFile(expectedLength), key is null ? null : GetName(key))
        { Key = key });
    }

    void RequireWritable()
    {
        if (ReadOnlyReason is { } reason)
            throw new StoreUnavailableException(reason);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        RequireWritable();
        var (bytes, name) = ((BucketStagedObject)staged, GetName(key));
        var written = await WriteAsync(
            name, bytes.Body, condition,
            effective =>
            {
                // Others rely on what they have read of an object that is replaced.
                if (condition.Version is not null)
                    _lease?.RequireValid();
                return bytes.CommitAsync(name, effective, Conditions, cancellationToken);
            },
            cancellationToken);
        bytes.MarkCommitted();
        return WithKey(written);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        RequireWritable();
        // The service itself compares, so that nothing has to be read.
        var isHonored = (await FindConditionsAsync(cancellationToken)).IsHonored;
        if (isHonored && condition == WriteCondition.Absent)
            return await RewriteAsync(key, new([], 0), bytes, condition, cancellationToken);
        if (isHonored && condition.Version is { } known && _recent.Take(key, known) is { } start)
            return await RewriteAsync(key, start, bytes, condition, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var (current, version) = await ReadAsync(key, cancellationToken);
            condition.Check(
                key, version is null ? null : new StoredObject(key, current.Length, version.Value, default));
            try
            {
                return await RewriteAsync(
                    key, new(current, current.Length), bytes,
                    version is null ? WriteCondition.Absent : WriteCondition.Match(version.Value),
                    cancellationToken);
            }
            catch (PreconditionFailedException) when (condition == WriteCondition.None && attempt < MaxAttempts)
            {
                await Pause.WaitAsync(attempt, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? skippedFolder = null;
        await foreach (var found in client.ListAsync(_prefix + prefix, null, cancellationToken))
        {
            var listed = WithKey(found);
            if (!StoreKey.IsValid(listed.Key))
            {
                // Some tools create an empty object for each folder.
                if (!listed.Key.EndsWith('/'))
                    skipped?.Invoke(new SkippedEntry(listed.Key, "Its name is not a key. Rename it."));
                continue;
            }
            if (skip is null)
            {
                yield return listed;
                continue;
            }
            if (skippedFolder is not null && listed.Key.StartsWith(skippedFolder, StringComparison.Ordinal))
                continue;
            skippedFolder = StoreKey.GetFolders(listed.Key, prefix.Length).FirstOrDefault(folder => skip(folder));
            if (skippedFolder is null)
                yield return listed;
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        RequireWritable();
        var name = GetName(key);
        if (await client.HeadAsync(name, cancellationToken) is null)
            return false;
        await client.DeleteAsync(name, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken) => new((StoreSpace?)null);

    /// <inheritdoc/>
    public Uri? Presign(string key, TimeSpan validFor) => client.Presign(GetName(key), validFor);

    /// <inheritdoc/>
    public async ValueTask RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        RequireWritable();
        await client.AbortUploadsAsync(_prefix, before, cancellationToken);
    }

    /// <summary>
    /// Notes in the bucket that its conditional writes do not work, so that it has one process only from the next start on,
    /// and refuses to write.
    /// </summary>
    /// <param name="what">The change that was lost, in a sentence.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    public async Task RecordLostWriteAsync(string what, CancellationToken cancellationToken)
    {
        await new BrokenConditions($"lost {what}", clock.GetUtcNow()).WriteAsync(this, cancellationToken);
        RefuseWrites($"The bucket's service lost {what}: its conditional writes do not work.");
    }

    /// <summary>Allows writes again that were refused because of a <see cref="ConditionFault"/>, so that what is lost can be
    /// put back.</summary>
    public void AllowRepair() => _isRepairing = true;

    /// <summary>Looks whether another process has noted that conditional writes do not work.</summary>
    public async Task AdoptConditionFaultAsync(CancellationToken cancellationToken)
    {
        if (Conditions is { IsHonored: true } && ConditionFault is null
            && await BrokenConditions.FindAsync(this, cancellationToken) is { } broken)
        {
            RefuseWrites($"Another replica found that the bucket's service {broken.Problem}.");
        }
    }

    void RefuseWrites(string fault)
    {
        ConditionFault = fault;
        _isRepairing = false;
    }

    /// <summary>Whether the lease says that the bucket was used before.</summary>
    public async Task<bool> WasUsedAsync(CancellationToken cancellationToken) =>
        (await LeaseDocument.ReadAsync(this, cancellationToken)).Document.Used;

    /// <summary>Whether the lease says that the bucket had records before.</summary>
    public async Task<bool> HadRecordsAsync(CancellationToken cancellationToken) =>
        (await LeaseDocument.ReadAsync(this, cancellationToken)).Document.HasRecords;

    /// <inheritdoc cref="IBucketClient.FindExpirationsAsync"/>
    public Task<IReadOnlyList<string>?> FindExpirationsAsync(CancellationToken cancellationToken) =>
        client.FindExpirationsAsync(_prefix, cancellationToken);

    /// <summary>Whether the bucket is there.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => client.BucketExistsAsync(cancellationToken);

    /// <summary>
    /// Returns the names of the replicas that use the store, of which at least one is alive. If there are any, this
    /// takes until one of them renews its lease, or until all have been silent for so long that they are gone.
    /// </summary>
    public Task<IReadOnlyList<string>> FindReplicasAsync(CancellationToken cancellationToken) =>
        new LeaseWatch(this, clock).FindReplicasAsync(cancellationToken);

    /// <summary>
    /// Deletes everything below the prefix, whatever its name, and what was not uploaded completely. Then deletes the
    /// bucket, if PyRepo created it and nothing else is in it. What was interrupted goes on the next time.
    /// </summary>
    /// <exception cref="BucketException">
    /// Something is not deleted, or there are objects, but none of PyRepo's.
    /// </exception>
    public Task<ErasedBucket> EraseAsync(CancellationToken cancellationToken) =>
        new PrefixErasure(client, _prefix).RunAsync(cancellationToken);

    /// <inheritdoc cref="IBucketClient.SustainsRewrites"/>
    internal bool SustainsRewrites => client.SustainsRewrites;

    /// <summary>Writes a small object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <param name="check">Runs before each time that it is sent, and throws if it must not be.</param>
    internal async Task<StoredObject> PutAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken,
        Action? check = null)
    {
        var (name, body) = (GetName(key), new BucketBody(bytes));
        return WithKey(await WriteAsync(name, body, condition, SendAsync, cancellationToken));

        Task<StoredObject> SendAsync(WriteCondition effective)
        {
            check?.Invoke();
            return client.PutAsync(name, body, effective, cancellationToken);
        }
    }

    /// <summary>Returns how the service takes conditions, which is tried once.</summary>
    async ValueTask<ConditionSupport> FindConditionsAsync(CancellationToken cancellationToken)
    {
        if (Conditions is { } known)
            return known;
        await _trying.EnterAsync(cancellationToken);
        try
        {
            return Conditions ??= await BrokenConditions.FindAsync(this, cancellationToken) is { } broken
                ? ConditionSupport.Unsupported(broken.Problem)
                : await new ConditionProbe(client, _prefix + LeaseDocument.Folder, Pause).RunAsync(cancellationToken);
        }
        finally
        {
            _trying.Leave();
        }
    }

    /// <summary>Reads a small object. Without a version there is none.</summary>
    /// <exception cref="InvalidDataException">It is longer than it may be.</exception>
    internal async Task<(byte[] Bytes, VersionTag? Version)> ReadAsync(
        string key, CancellationToken cancellationToken, long maxLength = long.MaxValue)
    {
        await using var content = await OpenAsync(key, cancellationToken);
        return await SmallObject.ReadAsync(content, maxLength, cancellationToken);
    }

    async Task<StoredObject> RewriteAsync(
        string key, AppendedBytes start, ReadOnlyMemory<byte> end, WriteCondition condition,
        CancellationToken cancellationToken)
    {
        var all = start.Append(end.Span);
        var written = await PutAsync(key, all.Memory, condition, cancellationToken, () => _lease?.RequireValid());
        _recent.Add(key, written.Version, all);
        return written;
    }

    /// <summary>Sends a write with its condition as the service takes it. There is no other way to send one.</summary>
    async Task<StoredObject> WriteAsync(
        string name, BucketBody body, WriteCondition condition, Func<WriteCondition, Task<StoredObject>> send,
        CancellationToken cancellationToken)
    {
        if (condition == WriteCondition.None)
            return await send(condition);
        var effective = (await FindConditionsAsync(cancellationToken)).Apply(condition);
        if (effective != WriteCondition.None)
        {
            try
            {
                return await new ConditionalWrite(client, name, body, condition, () => send(effective), Pause)
                    .RunAsync(cancellationToken);
            }
            catch (WrongRefusalException error)
            {
                RefuseWrites(error.Message);
                throw;
            }
        }
        // This process is the only one that writes. A write that is sent again may overwrite what came after it.
        if (condition.Version is not null)
            condition.Check(name, await client.HeadAsync(name, cancellationToken));
        return await send(effective);
    }

    async Task<ChangedContent> OpenAsync(string key, BucketRead read, CancellationToken cancellationToken)
    {
        var name = GetName(key);
        var response = await client.GetAsync(name, read, cancellationToken);
        switch (response.Outcome)
        {
            case BucketReadOutcome.Found:
                return new(false, new BucketContent(client, name, WithKey(response.Object), scratch, response));
            case BucketReadOutcome.Unchanged:
                response.Dispose();
                return ChangedContent.Unchanged;
            default:
                response.Dispose();
                return ChangedContent.NotFound;
        }
    }

    StoredObject WithKey(StoredObject found) => found with { Key = found.Key[_prefix.Length..] };

    string GetName(string key)
    {
        StoreKey.Check(key);
        return _prefix + key;
    }
}
