using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Checks;
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

    [Fact]
    public async Task A_check_says_that_several_replicas_may_use_it()
    {
        using var http = new HttpClient();
        var report = await new BucketCheck("some/prefix/", 0, TimeProvider.System).RunAsync(
            [new("here", _client, http)], static _ => { }, CancellationToken.None);
        Assert.DoesNotContain(report.Findings, finding => finding.Result is FindingResult.Wrong);
        Assert.Equal(BucketVerdict.SeveralReplicas, report.Verdict);
    }

    protected override void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.Path));
        _client.Dispose();
        _scratch.Dispose();
    }
}
