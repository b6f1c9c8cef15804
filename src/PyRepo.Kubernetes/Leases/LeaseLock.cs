using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Coordination;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Leases;

/// <summary>
/// Reads and writes one <see href="https://kubernetes.io/docs/concepts/architecture/leases/">Lease</see> for one
/// candidate. The API server rejects a write if another one came before it.
/// </summary>
sealed class LeaseLock(
    KubernetesClient client, ObjectKey key, string identity, TimeProvider clock, LeaderElectionConfig timings)
{
    public ObservedLease Observed { get; } = new(clock, timings.Duration);

    /// <summary>Looks, and takes it if it is free.</summary>
    public async Task<bool> TryAcquireAsync(CancellationToken cancellationToken)
    {
        Observed.Observe(await client.GetAsync(ResourceTypes.Leases, key, cancellationToken));
        return (Observed.IsFree || Observed.Holder == identity) && await TryWriteAsync(identity, cancellationToken);
    }

    /// <summary>Whether another candidate held it when it was last seen.</summary>
    public bool IsHeldByOther => Observed.Holder is { Length: > 0 } holder && holder != identity;

    /// <summary>Holds it longer.</summary>
    /// <returns>False: it failed; <see cref="IsHeldByOther"/> shows whether the Lease is lost.</returns>
    public async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        if (await TryWriteAsync(identity, cancellationToken))
            return true;
        // Not always another candidate's write: somebody may have set a label, or the answer to one's own got lost.
        Observed.Observe(await client.GetAsync(ResourceTypes.Leases, key, cancellationToken));
        return !IsHeldByOther && await TryWriteAsync(identity, cancellationToken);
    }

    /// <summary>Lets the next take it at once.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (await TryWriteAsync("", cancellationToken))
            return;
        Observed.Observe(await client.GetAsync(ResourceTypes.Leases, key, cancellationToken));
        if (Observed.Holder == identity)
            await TryWriteAsync("", cancellationToken);
    }

    /// <summary>Completes when the Lease may be free, or when the watch of it ended.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (Observed.Version is not { } version || Observed.IsFree)
        {
            await Task.Delay(timings.Pause(), clock, cancellationToken);
            return;
        }
        using var expiry = new CancellationTokenSource(Positive(Observed.UntilFree()), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            if (await WatchAsync(version, expiry, either.Token))
                return;
            await Task.Delay(timings.Pause(), clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Its time is over.
        }
        catch (Exception error) when (IsOutage(error))
        {
            await Task.Delay(timings.Pause(), clock, cancellationToken);
        }
    }

    /// <summary>Whether an exception means that the API server rejected a request or could not be reached.</summary>
    public static bool IsOutage(Exception error) =>
        error is KubernetesException or HttpRequestException or IOException or TimeoutException;

    /// <returns>True: it is free now. False: the server ended the watch.</returns>
    async Task<bool> WatchAsync(string version, CancellationTokenSource expiry, CancellationToken cancellationToken)
    {
        var only = new ListOptions(FieldSelector: $"metadata.name={key.Name}");
        var changes = client.WatchAsync(ResourceTypes.Leases, key.Namespace, only, version, cancellationToken);
        await foreach (var change in changes)
        {
            if (change.Type is WatchEventType.Bookmark)
                continue;
            Observed.Observe(change.Type is WatchEventType.Deleted ? null : change.Object);
            if (Observed.IsFree)
                return true;
            expiry.CancelAfter(Positive(Observed.UntilFree()));
        }
        return false;
    }

    async Task<bool> TryWriteAsync(string holder, CancellationToken cancellationToken)
    {
        try
        {
            Observed.Observe(await WriteAsync(holder, cancellationToken));
            return true;
        }
        // Where a new one is "not found", its namespace is.
        catch (KubernetesException error) when (error.IsConflict || (error.IsNotFound && Observed.Lease is not null))
        {
            return false;
        }
    }

    Task<Lease> WriteAsync(string holder, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (before, isNew) = (Observed.Lease?.Spec, Observed.Holder != identity);
        var spec = new LeaseSpec
        {
            HolderIdentity = holder,
            LeaseDurationSeconds = holder.Length == 0 ? 1 : (int)timings.Duration.TotalSeconds,
            AcquireTime = isNew ? now : before?.AcquireTime,
            RenewTime = now,
            LeaseTransitions = (before?.LeaseTransitions ?? 0) + (isNew && before is not null ? 1 : 0),
        };
        if (Observed.Lease is { } lease)
            return client.ReplaceAsync(ResourceTypes.Leases, lease with { Spec = spec }, cancellationToken);
        var metadata = new ObjectMeta { Namespace = key.Namespace, Name = key.Name };
        var created = new Lease { Metadata = metadata, Spec = spec };
        return client.CreateAsync(ResourceTypes.Leases, created, cancellationToken);
    }

    static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}

/// <summary>
/// A Lease as it was last seen, and when it was first seen so. Clocks of machines differ: the times in a Lease
/// are not used, only those at which it was seen to change.
/// </summary>
sealed class ObservedLease(TimeProvider clock, TimeSpan duration)
{
    long _changed;

    /// <summary>Null: there is none.</summary>
    public Lease? Lease { get; private set; }

    public string? Version => Lease?.Metadata.ResourceVersion;

    public string Holder => Lease?.Spec?.HolderIdentity ?? "";

    /// <summary>
    /// Whether it may be taken: nobody holds it, or its holder did not renew it within its duration.
    /// </summary>
    public bool IsFree => Holder.Length == 0 || UntilFree() <= TimeSpan.Zero;

    public void Observe(Lease? lease)
    {
        if (lease is null || lease.Metadata.ResourceVersion != Version)
            _changed = clock.GetTimestamp();
        Lease = lease;
    }

    /// <summary>How much longer it holds if its holder does not renew it.</summary>
    public TimeSpan UntilFree()
    {
        var held = Lease?.Spec?.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : duration;
        return held - clock.GetElapsedTime(_changed);
    }
}
