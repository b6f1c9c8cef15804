using PyRepo.Storage.Buckets;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What every store promises, of a bucket.</summary>
public abstract class BucketStoreContract : StoreContract
{
    readonly TemporaryFolder _scratch = new();
    IBucketClient _client = null!;
    BucketStore _store = null!;

    protected override IStore Store => _store;

    protected abstract Task<IBucketClient> CreateClientAsync();

    public override async ValueTask InitializeAsync()
    {
        _client = await CreateClientAsync();
        _store = new BucketStore(
            _client, "some/prefix", new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false),
            BucketReplica.Started("one"), TimeProvider.System);
    }

    [Fact]
    public async Task A_bucket_can_be_used_if_its_service_honors_conditions()
    {
        await _store.PrepareAsync(CancellationToken.None);
        await _store.TryConditionsAsync(CancellationToken.None);
        Assert.True(_store.Traits.HonorsConditions);
    }

    protected override void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.Path));
        _client.Dispose();
        _scratch.Dispose();
    }
}
