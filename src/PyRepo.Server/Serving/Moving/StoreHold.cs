using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Serving.Moving;

/// <summary>Keeps servers from writing to a store while it is copied, as far as its kind allows that.</summary>
/// <remarks>
/// A folder has a lock. In a bucket any number of servers may write: a copy can only look whether there is one, and, if
/// it writes itself, say so.
/// </remarks>
sealed class StoreHold : IAsyncDisposable
{
    readonly LeaseRenewal? _renewal;

    StoreHold(StoreLease? lease, string? user) =>
        (_renewal, User) = (lease is null ? null : new LeaseRenewal(lease), user);

    /// <summary>The holder of the store, or null if nobody else has it.</summary>
    public string? User { get; }

    /// <summary>Takes the store, unless somebody has it.</summary>
    /// <param name="storage">The store, which is there.</param>
    /// <param name="writes">Whether it will be written to.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<StoreHold> TakeAsync(
        RepositoryStore storage, bool writes, CancellationToken cancellationToken)
    {
        var store = storage.Store;
        if (store is BucketStore bucket)
        {
            if (await bucket.FindReplicasAsync(cancellationToken) is [_, ..] replicas)
                return new(null, $"a server ({string.Join(", ", replicas)})");
            if (!writes)
                return new(null, null);
        }
        return await TakeAloneAsync(storage, cancellationToken);
    }

    /// <summary>
    /// Takes the store to write to it, unless somebody else has it. A process that was killed in the same folder is not
    /// waited for.
    /// </summary>
    /// <param name="storage">The store, which is there.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<StoreHold> TakeAloneAsync(RepositoryStore storage, CancellationToken cancellationToken)
    {
        var store = storage.Store;
        var attempt = store is BucketStore target
            ? await target.TryAcquireForCopyAsync(cancellationToken)
            : await store.TryAcquireLeaseAsync(cancellationToken);
        attempt.Lease?.Rejoining = storage.RequireSameAsync;
        return new(attempt.Lease, attempt.Lease is null ? attempt.Holder ?? "another process" : null);
    }

    /// <summary>
    /// Makes sure that no server has taken the store meanwhile, of which nobody else would tell a process that was
    /// paused.
    /// </summary>
    /// <exception cref="StoreUnavailableException">One has.</exception>
    public ValueTask ConfirmAsync(CancellationToken cancellationToken) =>
        _renewal?.ConfirmWriteAsync(cancellationToken) ?? default;

    /// <summary>Gives the store back.</summary>
    public ValueTask DisposeAsync() => _renewal?.DisposeAsync() ?? default;
}
