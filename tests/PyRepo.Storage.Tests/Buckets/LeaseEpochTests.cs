using System.Diagnostics;
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
    FaultProxy _proxy = null!;
    S3BucketClient _client = null!;

    static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        var settings = await minio.NewBucketAsync();
        _proxy = await FaultProxy.StartAsync(minio.Endpoint);
        _client = new S3BucketClient(settings with { Endpoint = _proxy.Url });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in _leases)
            await lease.DisposeAsync();
        _client.Dispose();
        await _proxy.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
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

    [Fact]
    public async Task It_does_not_from_before_another_writes_until_that_says_that_it_has_ended()
    {
        var (one, other) = await JoinTwoAsync();
        var epoch = await one.FindEpochAsync(None);
        await BeginWriteAsync(other);
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

    [Fact]
    public async Task Writes_one_after_the_other_are_announced_once()
    {
        var (_, other) = await JoinTwoAsync();
        await BeginWriteAsync(other);
        var announced = await ReadAsync();
        other.EndWrite(isCertain: true);
        await other.BeginWriteAsync(None);
        other.EndWrite(isCertain: true);
        Assert.Equal(announced, await ReadAsync());
    }

    [Fact]
    public async Task It_does_so_for_a_quarter_of_a_second_without_asking()
    {
        var (one, other) = await JoinTwoAsync();
        var epoch = await one.FindEpochAsync(None);
        Assert.NotNull(epoch);
        var writing = await AnnounceAsync(other);
        Assert.Equal(epoch, one.GetRecentEpoch());
        _clock.Advance(WriteAnnouncements.Reliance);
        Assert.Null(one.GetRecentEpoch());
        Assert.Null(await one.FindEpochAsync(None));

        _clock.Advance(WriteAnnouncements.Notice);
        await writing;
        other.EndWrite(isCertain: true);
    }

    [Fact]
    public async Task It_looks_again_before_that_is_over_while_somebody_asks()
    {
        var (one, _) = await JoinTwoAsync();
        var epoch = await one.FindEpochAsync(None);
        Assert.NotNull(epoch);
        _clock.Advance(WriteAnnouncements.Reliance / 2);
        Assert.Equal(epoch, one.GetRecentEpoch());
        _clock.Advance(WriteAnnouncements.Reliance / 2);
        await Eventually.IsAsync("the look ahead", epoch, () => Task.FromResult(one.GetRecentEpoch()));
    }

    [Fact]
    public async Task It_does_not_while_it_is_writing_itself_and_may_not_have_said_so()
    {
        var one = await JoinAsync("one");
        await one.BeginWriteAsync(None);
        await JoinAsync("other");
        await one.ConfirmWriteAsync(None);
        Assert.Null(one.LastEpoch);
        Assert.Null(one.GetRecentEpoch());
        one.EndWrite(isCertain: true);
        await one.RenewAsync(None);
        Assert.NotNull(await one.FindEpochAsync(None));
    }

    [Fact]
    public async Task What_it_sent_when_it_was_alone_may_arrive_although_nobody_was_told()
    {
        var one = await JoinAsync("one");
        await one.BeginWriteAsync(None);
        one.EndWrite(isCertain: false);
        await JoinAsync("other");
        await one.ConfirmWriteAsync(None);
        Assert.Null(await one.FindEpochAsync(None));
        Assert.Null(one.LastEpoch);

        _clock.Advance(WriteAnnouncements.LongestWay + TimeSpan.FromSeconds(1));
        await one.RenewAsync(None);
        Assert.NotNull(await one.FindEpochAsync(None));
    }

    [Fact]
    public async Task A_write_waits_until_nobody_relies_on_a_look_that_missed_its_announcement()
    {
        var (one, other) = await JoinTwoAsync();
        var first = await AnnounceAsync(other);
        _clock.Advance(WriteAnnouncements.Notice - TimeSpan.FromMilliseconds(1));
        var second = other.BeginWriteAsync(None).AsTask();
        for (var times = 0; times < 20; times++)
            await ReadAsync();
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(first, second);
        await other.BeginWriteAsync(None);
    }

    [Fact]
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

    [Fact]
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

    [Fact]
    public async Task A_write_whose_answer_was_lost_may_arrive_for_a_minute()
    {
        var (one, other) = await JoinTwoAsync();
        await BeginWriteAsync(other);
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

    [Fact]
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

    [Fact]
    public async Task One_that_leaves_while_it_writes_is_counted_as_gone_and_one_that_does_not_is_not()
    {
        var (one, other) = await JoinTwoAsync();
        await other.ReleaseAsync(inOrder: true);
        Assert.DoesNotContain("departures", await ReadAsync(), StringComparison.Ordinal);
        var third = await JoinAsync("third");
        await RenewAsync(one, third);
        await BeginWriteAsync(third);
        await third.ReleaseAsync(inOrder: true);
        Assert.Contains("\"departures\":1", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_taken_for_gone_announces_its_write_anew_and_waits_again()
    {
        var (one, other) = await JoinTwoAsync();
        await BeginWriteAsync(other);
        other.EndWrite(isCertain: true);
        _clock.Advance(WriteAnnouncements.Notice);
        await DropAllAsync();
        await one.RenewAsync(None);

        var writing = await AnnounceAsync(other);
        Assert.False(writing.IsCompleted);
        _clock.Advance(WriteAnnouncements.Notice);
        await writing;
        other.EndWrite(isCertain: true);
    }

    [Fact]
    public async Task A_write_that_began_before_that_is_sent_only_when_all_know_of_it()
    {
        var (one, other) = await JoinTwoAsync();
        await BeginWriteAsync(other);
        await DropAllAsync();
        await one.RenewAsync(None);
        var began = Stopwatch.GetTimestamp();
        var renewing = other.RenewAsync(None);
        await IsAnnouncedAsync();
        // The others can see it before the replica counts as one of them.
        var refused = Record.Exception(((BucketLease)other).RequireValid);
        if (!renewing.IsCompleted)
            Assert.IsType<StoreUnavailableException>(refused);
        await renewing;
        Assert.True(Stopwatch.GetElapsedTime(began) >= WriteAnnouncements.Notice - TimeSpan.FromMilliseconds(2));
        other.EndWrite(isCertain: true);
    }

    [Fact]
    public async Task One_that_joins_again_waits_although_the_answer_to_that_was_lost()
    {
        var (one, other) = await JoinTwoAsync();
        await BeginWriteAsync(other);
        other.EndWrite(isCertain: true);
        await DropAllAsync();
        await one.RenewAsync(None);
        using var lost = new CancellationTokenSource();
        var writing = other.BeginWriteAsync(lost.Token).AsTask();
        await IsAnnouncedAsync();
        await lost.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        other.EndWrite(isCertain: true);

        var next = await AnnounceAsync(other);
        Assert.False(next.IsCompleted);
        _clock.Advance(WriteAnnouncements.Notice);
        await next;
        other.EndWrite(isCertain: true);
    }

    [Fact]
    public async Task One_that_leaves_relies_on_nothing_before_the_others_can_know_of_it()
    {
        var (one, _) = await JoinTwoAsync();
        Assert.NotNull(await one.FindEpochAsync(None));
        Assert.Null(await FindEpochDuringWriteAsync(one, () => one.ReleaseAsync(inOrder: true).AsTask()));
        Assert.Null(one.LastEpoch);
        Assert.Throws<StoreUnavailableException>(((BucketLease)one).RequireValid);
    }

    [Fact]
    public async Task One_that_says_that_it_is_writing_relies_on_nothing_before_the_others_can_read_it()
    {
        var (one, _) = await JoinTwoAsync();
        Assert.NotNull(await one.FindEpochAsync(None));
        Assert.Null(await FindEpochDuringWriteAsync(one, async () => await AnnounceAsync(one)));
    }

    [Fact]
    public async Task One_that_says_whom_it_knows_relies_on_nothing_before_the_others_can_read_it()
    {
        var (one, _) = await JoinTwoAsync();
        await JoinAsync("third");
        Assert.NotNull(one.LastEpoch);
        Assert.Null(await FindEpochDuringWriteAsync(one, () => one.RenewAsync(None)));
    }

    [Fact]
    public void Each_of_the_times_leaves_room_for_the_next()
    {
        Assert.True(WriteAnnouncements.Reliance < WriteAnnouncements.Notice);
        Assert.True(BucketLease.LongestInterval < BucketLease.Validity);
        Assert.True(BucketLease.Validity < LeaseDocument.Expiry);
        Assert.True(LeaseDocument.Expiry < WriteAnnouncements.LongestWay);
    }

    [Fact]
    public async Task It_does_not_beside_one_that_does_not_announce_its_writes()
    {
        var (one, _) = await JoinTwoAsync();
        await _client.PutAsync(
            "leases/replicas.json",
            new BucketBody(Encoding.UTF8.GetBytes(
                (await ReadAsync()).Replace(",\"givesNotice\":true", "", StringComparison.Ordinal))),
            WriteCondition.None, None);
        await one.RenewAsync(None);
        Assert.Null(await one.FindEpochAsync(None));
    }

    /// <summary>Begins a write, and lets the time pass for which it waits.</summary>
    async Task BeginWriteAsync(StoreLease lease)
    {
        var writing = await AnnounceAsync(lease);
        _clock.Advance(WriteAnnouncements.Notice);
        await writing;
    }

    /// <summary>Begins a write, up to where it waits.</summary>
    async Task<Task> AnnounceAsync(StoreLease lease)
    {
        var writing = lease.BeginWriteAsync(None).AsTask();
        await IsAnnouncedAsync();
        // That waits for the renewal which announced it.
        await lease.RenewAsync(None);
        return writing;
    }

    Task<TimeSpan> IsAnnouncedAsync() => Eventually.IsAsync(
        "the announcement", async () => (await ReadAsync()).Contains("\"writing\":true", StringComparison.Ordinal));

    /// <summary>Returns what a replica relies on when its first write of something arrives.</summary>
    async Task<long?> FindEpochDuringWriteAsync(StoreLease lease, Func<Task> write)
    {
        long? found = -1;
        _proxy.Decide = request =>
        {
            if (request.IsWrite && found == -1)
                found = lease.LastEpoch;
            return Fault.None;
        };
        await write();
        return found;
    }

    /// <summary>Takes all replicas for gone.</summary>
    async Task DropAllAsync() => await _client.PutAsync(
        "leases/replicas.json",
        new BucketBody(Encoding.UTF8.GetBytes("""{"generation":9,"members":[]}""")), WriteCondition.None, None);

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
