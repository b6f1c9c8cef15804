using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Serving.Moving;

/// <summary>Erases the data of a repository in a bucket, if they are that repository's and nobody uses them.</summary>
sealed class RepositoryErasure(RepositoryStore storage, TimeProvider clock)
{
    /// <summary>How long to wait for the replicas to end.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    readonly BucketStore _store = (BucketStore)storage.Store;

    /// <summary>Erases the data. What is not there any more counts as erased.</summary>
    /// <exception cref="IOException">The bucket cannot be used, or is still used by a server.</exception>
    /// <exception cref="InvalidDataException">The data belong to somebody else.</exception>
    public async Task<ErasedBucket> RunAsync(CancellationToken cancellationToken)
    {
        if (!await _store.ExistsAsync(cancellationToken))
            return default;
        // First, because somebody else's leases are none of ours.
        await RequireOwnerAsync(cancellationToken);
        await WaitForReplicasAsync(cancellationToken);
        return await _store.EraseAsync(cancellationToken);
    }

    async Task RequireOwnerAsync(CancellationToken cancellationToken)
    {
        var (found, _) = await StoreFormatFile.ReadAsync(_store, cancellationToken);
        if (found is null)
            return; // If there are other objects, the store refuses.
        var owner = storage.Owner;
        if ((found.Kind, found.Namespace, found.Name) != (owner.Kind, owner.Namespace, owner.Name))
            throw new InvalidDataException($"it belongs to the {found.Owner}, not to the {owner.Owner}");
        if (await StoreFormatFile.FindBelowAsync(_store, cancellationToken) is { } other)
        {
            throw new InvalidDataException(
                $"the {other.Owner} has its data below the same prefix; "
                + "erase that one first, or delete the objects by hand");
        }
    }

    async Task WaitForReplicasAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (await _store.FindReplicasAsync(cancellationToken) is [_, ..] replicas)
        {
            if (clock.GetElapsedTime(began) > _patience)
            {
                var names = string.Join(", ", replicas.Select(name => $"'{name}'"));
                throw new StoreUnavailableException($"It is still used by {names}. Stop the server first.");
            }
        }
    }
}
