using System.Collections.Immutable;
using PyRepo.Resources;
using PyRepo.Resources.Reports;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Serving.Stores;

/// <summary>A repository's store, and who it should belong to.</summary>
sealed record RepositoryStore : IDisposable
{
    /// <summary>The store.</summary>
    public required IStore Store { get; init; }

    /// <summary>Where it is, for people: a folder, or a bucket with its prefix.</summary>
    public required string Location { get; init; }

    /// <summary>The owner.</summary>
    public required StoreFormat Owner { get; init; }

    /// <summary>
    /// The former owner, as <c>NAMESPACE/NAME</c>, whose data the resource takes over; null if it takes over none.
    /// </summary>
    public string? TakesOver { get; init; }

    /// <summary>How many replicas the resource asks for.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Whether what is in it is nowhere else. A proxy fetches its files again.</summary>
    public bool HasOriginals => Owner.Kind == PythonRepository.KindName;

    /// <summary>The name of this replica.</summary>
    public string Replica { get; init; } = "0";

    /// <summary>The fingerprint of the store's sources. If they change, another store is needed.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The bucket of a claim, or null if the resource itself says where its data are.</summary>
    public ClaimedBucket? Claimed { get; init; }

    /// <summary>Passes the store the keys of a later configuration.</summary>
    public Action<ServerConfiguration> UseKeys { get; init; } = static _ => { };

    /// <summary>The objects to dispose after the store was used.</summary>
    public ImmutableArray<IDisposable> Resources { get; init; } = [];

    /// <summary>How many records are read back at once, each of which waits for the disk.</summary>
    const int MaxConcurrentReads = 16;

    /// <summary>Takes this process's part in the store, if it may have one.</summary>
    /// <exception cref="InvalidDataException">The store belongs to somebody else, or to a newer server.</exception>
    /// <exception cref="BucketException">
    /// Several replicas cannot use the bucket, or a claim gave another one than before.
    /// </exception>
    public async Task<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken)
    {
        await Store.PrepareAsync(cancellationToken);
        await Store.TryConditionsAsync(cancellationToken);
        if (Replicas > 1 && Store is BucketStore { Conditions: { IsHonored: false, Problem: var problem } })
        {
            throw new BucketException(
                StorageReport.ConditionalWritesUnsupported,
                $"Several replicas need conditional writes, but the bucket's service {problem}, so that they would "
                + "overwrite each other's uploads. Set spec.server.replicas to 1, or use another service.");
        }
        // Whoever may not use a store must not be among those that its owner waits for.
        if (!await StoreFormatFile.CheckAsync(Store, Owner, TakesOver, cancellationToken))
            await RequireNewAsync(cancellationToken);
        var attempt = await Store.TryAcquireLeaseAsync(cancellationToken);
        attempt.Lease?.Rejoining = RequireSameAsync;
        return attempt;
    }

    /// <summary>Makes sure that a store without data never had any.</summary>
    /// <exception cref="BucketException">A claim gave another bucket before.</exception>
    /// <exception cref="InvalidDataException">The bucket was used before.</exception>
    async Task RequireNewAsync(CancellationToken cancellationToken)
    {
        Claimed?.RequireNew();
        if (HasOriginals && Store is BucketStore bucket && await bucket.WasUsedAsync(cancellationToken))
        {
            throw new InvalidDataException(
                $"its {StorageLayout.Format} is gone although the bucket was used before: a lifecycle rule, or a "
                + "person, removed its data. Restore a backup into another bucket or prefix; or, to begin anew here, "
                + "delete what is left of it, with leases/replicas.json");
        }
    }

    /// <summary>Makes sure that the bucket of a claim has the repository's data, if it had any before.</summary>
    /// <exception cref="BucketException">It has none.</exception>
    public async Task RequireClaimedDataAsync(CancellationToken cancellationToken)
    {
        if (Claimed is not null && (await StoreFormatFile.ReadAsync(Store, cancellationToken)).Format is null)
            Claimed.RequireNew();
    }

    /// <inheritdoc cref="StoreFormatFile.ClaimAsync"/>
    public async Task<IReadOnlyList<string>> ClaimAsync(CancellationToken cancellationToken)
    {
        var unknown = await StoreFormatFile.ClaimAsync(Store, Owner, TakesOver, cancellationToken);
        Claimed?.Note();
        return unknown;
    }

    /// <summary>
    /// Has the records read from the disk. The last process may have been told that the end of one could not be
    /// written, while the system's memory still shows it.
    /// </summary>
    public async Task ReadBackRecordsAsync(CancellationToken cancellationToken)
    {
        await Store.FlushAsync(cancellationToken);
        await Parallel.ForEachAsync(
            Store.ListAsync(StorageLayout.Projects, null, static _ => { }, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentReads, CancellationToken = cancellationToken },
            async (record, token) =>
            {
                try
                {
                    await Store.FlushAsync(record.Key, token);
                }
                catch (UnauthorizedAccessException)
                {
                    // Its own project fails when it is read, and no other.
                }
            });
    }

    /// <summary>Makes sure that the store is still this repository's, and was not erased meanwhile.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        if (!await StoreFormatFile.CheckAsync(Store, Owner, TakesOver, cancellationToken))
            throw new InvalidDataException("it was erased");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var used in Resources)
            used.Dispose();
    }
}
