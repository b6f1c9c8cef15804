using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>When a replica among others may rely on what it remembers.</summary>
[Collection(Minio.Collection)]
public sealed class LeaseEpochTests(Minio minio) : IAsyncLifetime
{
    readonly TemporaryFolder _scratch = new();
    readonly FakeClock _clock = new();
    readonly List<StoreLease> _leases = [];
    S3BucketClient _client = null!;

    static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync() => _client = new S3BucketClient(await minio.NewBucketAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in _leases)
            await lease.DisposeAsync();
        _client.Dispose();
        _scratch.Dispose();
    }

    [AssetFact(Minio.Asset)]
    public async Task It_does_so_while_nobody_writes_whoever_renews()
    {
        var (one, other) = await JoinTwoAsync();
        var epoch = await one.FindEpochAsync(None);
        Assert.NotNull(epoch);
        await other.RenewAsync(None);
        await one.RenewAsync(None);
        await other.RenewAsync(None);
        Assert.Equal(epoch, await one.FindEpochAsync(None));
        Assert.Equal(epoch, one.LastEpoch);
    }

    [AssetFact(Minio.Asset)]
    public async Task It_does_not_from_before_another_writes_until_that_says_that_it_has_ended()
    {
        var (one, other) = await JoinTwoAsync();
        var epoch = await one.FindEpochAsync(None);
        await other.BeginWriteAsync(None);
        Assert.Null(await one.FindEpochAsync(None));
        Assert.Null(await other.FindEpochAsync(None));
        other.EndWrite(isCertain: true);
        Assert.Null(await one.FindEpochAsync(None));

        await other.RenewAsync(None);
        await one.RenewAsync(None);
        var next = await one.FindEpochAsync(None);
        Assert.NotNull(next);
        Assert.NotEqual(epoch, next);
    }

    [AssetFact(Minio.Asset)]
    public async Task Writes_one_after_the_other_are_announced_once()
    {
        var (_, other) = await JoinTwoAsync();
        await other.BeginWriteAsync(None);
        var announced = await ReadAsync();
        other.EndWrite(isCertain: true);
        await other.BeginWriteAsync(None);
        other.EndWrite(isCertain: true);
        Assert.Equal(announced, await ReadAsync());
    }

    [AssetFact(Minio.Asset)]
    public async Task A_write_that_began_alone_is_announced_to_whoever_joins_meanwhile()
    {
        var one = await JoinAsync("one");
        var before = await ReadAsync();
        await one.BeginWriteAsync(None);
        Assert.Equal(before, await ReadAsync());
        var other = await JoinAsync("other");
        await one.RenewAsync(None);
        await other.RenewAsync(None);
        Assert.Null(await other.FindEpochAsync(None));
        one.EndWrite(isCertain: true);
        await one.RenewAsync(None);
        await other.RenewAsync(None);
        Assert.NotNull(await other.FindEpochAsync(None));
    }

    [AssetFact(Minio.Asset)]
    public async Task What_is_read_before_the_others_know_of_it_may_be_old()
    {
        var one = await JoinAsync("one");
        var other = await JoinAsync("other");
        Assert.Null(other.LastEpoch);
        await one.BeginWriteAsync(None);
        one.EndWrite(isCertain: true);
        await one.RenewAsync(None);
        Assert.Null(other.LastEpoch);
        await other.RenewAsync(None);
        Assert.NotNull(await other.FindEpochAsync(None));
    }

    [AssetFact(Minio.Asset)]
    public async Task A_write_whose_answer_was_lost_may_arrive_for_a_minute()
    {
        var (one, other) = await JoinTwoAsync();
        await other.BeginWriteAsync(None);
        other.EndWrite(isCertain: false);
        for (var seconds = 0; seconds < 60; seconds += 10)
        {
            await RenewAsync(other, one);
            Assert.Null(await one.FindEpochAsync(None));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        await RenewAsync(other, one);
        Assert.NotNull(await one.FindEpochAsync(None));
    }

    [AssetFact(Minio.Asset)]
    public async Task What_one_sent_that_is_gone_may_arrive_for_a_minute()
    {
        var (one, other) = await JoinTwoAsync();
        var third = await JoinAsync("third");
        await RenewAsync(other, third, one);
        var epoch = await one.FindEpochAsync(None);
        Assert.NotNull(epoch);
        // It is silent, and the others take it for gone.
        for (var seconds = 0; seconds < 25; seconds += 5)
        {
            await RenewAsync(other, one);
            _clock.Advance(TimeSpan.FromSeconds(5));
        }
        for (var seconds = 0; seconds < 60; seconds += 10)
        {
            await RenewAsync(other, one);
            Assert.Equal(["other"], one.Others);
            Assert.Null(await one.FindEpochAsync(None));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        await RenewAsync(other, one);
        var next = await one.FindEpochAsync(None);
        Assert.NotNull(next);
        Assert.NotEqual(epoch, next);
    }

    [AssetFact(Minio.Asset)]
    public async Task One_that_leaves_while_it_writes_is_counted_as_gone_and_one_that_does_not_is_not()
    {
        var (one, other) = await JoinTwoAsync();
        await other.ReleaseAsync(inOrder: true);
        Assert.DoesNotContain("departures", await ReadAsync(), StringComparison.Ordinal);
        var third = await JoinAsync("third");
        await RenewAsync(one, third);
        await third.BeginWriteAsync(None);
        await third.ReleaseAsync(inOrder: true);
        Assert.Contains("\"departures\":1", await ReadAsync(), StringComparison.Ordinal);
    }

    [AssetFact(Minio.Asset)]
    public async Task One_that_was_taken_for_gone_announces_its_write_anew()
    {
        var (one, other) = await JoinTwoAsync();
        await other.BeginWriteAsync(None);
        other.EndWrite(isCertain: true);
        await _client.PutAsync(
            "leases/replicas.json",
            new BucketBody(Encoding.UTF8.GetBytes("""{"generation":9,"members":[]}""")), WriteCondition.None, None);
        await one.RenewAsync(None);

        await other.BeginWriteAsync(None);
        Assert.Contains("\"writing\":true", await ReadAsync(), StringComparison.Ordinal);
        other.EndWrite(isCertain: true);
    }

    [AssetFact(Minio.Asset)]
    public async Task It_does_not_beside_one_that_does_not_announce_its_writes()
    {
        var (one, _) = await JoinTwoAsync();
        await _client.PutAsync(
            "leases/replicas.json",
            new BucketBody(Encoding.UTF8.GetBytes(
                (await ReadAsync()).Replace(",\"announces\":true", "", StringComparison.Ordinal))),
            WriteCondition.None, None);
        await one.RenewAsync(None);
        Assert.Null(await one.FindEpochAsync(None));
    }

    async Task<string> ReadAsync()
    {
        using var response = await _client.GetAsync("leases/replicas.json", new BucketRead(), None);
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Two replicas that know each other.</summary>
    async Task<(StoreLease One, StoreLease Other)> JoinTwoAsync()
    {
        var (one, other) = (await JoinAsync("one"), await JoinAsync("other"));
        await RenewAsync(one, other, one);
        return (one, other);
    }

    async Task<StoreLease> JoinAsync(string name)
    {
        var store = new BucketStore(
            _client, null, new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false),
            BucketReplica.Started(name), _clock);
        var lease = (await store.TryAcquireLeaseAsync(None)).Lease!;
        _leases.Add(lease);
        return lease;
    }

    static async Task RenewAsync(params StoreLease[] leases)
    {
        foreach (var lease in leases)
            await lease.RenewAsync(None);
    }
}
