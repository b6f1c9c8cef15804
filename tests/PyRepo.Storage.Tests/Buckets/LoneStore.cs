using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A store in a new bucket of a service that has a fault, whose conditions were tried.</summary>
sealed class LoneStore : IDisposable
{
    readonly TemporaryFolder _scratch = new();
    readonly IBucketClient _client;

    LoneStore(IBucketClient client)
    {
        _client = client;
        Store = new BucketStore(
            client, null, new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false),
            BucketReplica.Started("one"), TimeProvider.System);
    }

    /// <summary>The store.</summary>
    public BucketStore Store { get; }

    /// <summary>Creates a bucket, and opens it.</summary>
    public static async Task<LoneStore> OpenAsync(S3Service service)
    {
        var store = new LoneStore(new S3BucketClient(await service.NewBucketAsync()));
        await store.Store.PrepareAsync(CancellationToken.None);
        await store.Store.TryConditionsAsync(CancellationToken.None);
        return store;
    }

    /// <summary>Returns the names of all objects.</summary>
    public async Task<List<string>> ListAsync()
    {
        var names = new List<string>();
        await foreach (var found in _client.ListAsync("", null, CancellationToken.None))
            names.Add(found.Key);
        return names;
    }

    public void Dispose()
    {
        _client.Dispose();
        _scratch.Dispose();
    }
}
