using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Moving;

/// <summary>Keeps servers from writing to a store while it is copied, as far as its kind allows that.</summary>
/// <remarks>
/// A folder has a lock. In a bucket any number of servers may write: a copy can only look whether there is one, and, if
/// it writes itself, say so.
/// </remarks>
sealed class StoreHold : IAsyncDisposable
{
    readonly CancellationTokenSource _ending = new();
    readonly StoreLease? _lease;
    readonly Task _renewing = Task.CompletedTask;

    StoreHold(StoreLease? lease, string? user)
    {
        (_lease, User) = (lease, user);
        if (lease?.RenewalInterval is { } interval)
            _renewing = RenewAsync(lease, interval, _ending.Token);
    }

    /// <summary>Who has the store, or null if nobody else does.</summary>
    public string? User { get; }

    /// <summary>Takes the store, unless somebody has it.</summary>
    /// <param name="store">The store, which is there.</param>
    /// <param name="writes">Whether it will be written to.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<StoreHold> TakeAsync(IStore store, bool writes, CancellationToken cancellationToken)
    {
        if (store is BucketStore bucket)
        {
            if (await bucket.FindReplicasAsync(cancellationToken) is [_, ..] replicas)
                return new(null, $"a server ({string.Join(", ", replicas)})");
            if (!writes)
                return new(null, null);
        }
        var attempt = store is BucketStore target
            ? await target.TryAcquireForCopyAsync(cancellationToken)
            : await store.TryAcquireLeaseAsync(cancellationToken);
        return new(attempt.Lease, attempt.Lease is null ? attempt.Holder ?? "another process" : null);
    }

    /// <summary>Gives the store back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // If the last server did not end in order, that is still for the next one to know.
        if (_lease is not null)
            await _lease.ReleaseAsync(inOrder: _lease.WasReleased);
        _ending.Dispose();
    }

    static async Task RenewAsync(StoreLease lease, TimeSpan interval, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(ending))
        {
            try
            {
                await lease.RenewAsync(ending);
            }
            catch (IOException)
            {
                // The next renewal may succeed. If the bucket is away, the copy itself fails.
            }
        }
    }
}
