using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What a replica makes of the document that all replicas of a bucket write.</summary>
public sealed class BucketLeaseTests : IDisposable
{
    const string Old = """{"replica":"old","incarnation":"x","counter":1,"seen":1,"joined":1}""";

    readonly TemporaryFolder _scratch = new();
    readonly FakeClock _clock = new();
    readonly GcsBucketClient _client;
    readonly BucketStore _store;
    string _document = "";
    int _generation;
    bool _othersComeFirst;
    TimeSpan _serviceIsAhead;
    DateTimeOffset _writtenAt;

    public BucketLeaseTests()
    {
        _client = new(
            new() { Bucket = "b", Endpoint = new("http://storage.test") },
            BucketClientBase.Connections with { ForBucket = () => new ScriptedHandler(Answer) });
        _store = GetStore(BucketReplica.Started("one"));
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        _client.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task A_replica_that_left_is_forgotten_and_rejoins_as_a_new_one()
    {
        Write($$"""{"generation":1,"members":[{{Old}}]}""");
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.Equal(["old"], lease.Others);

        Change(members => members.RemoveAt(0));
        await lease.RenewAsync(None);
        Assert.Empty(lease.Others);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Change(members => members.Insert(0, JsonNode.Parse(Old)));
        await lease.RenewAsync(None);
        Assert.Equal(["old"], lease.Others);
    }

    [Fact]
    public async Task A_document_without_end_is_not_read()
    {
        Write(new string(' ', (1 << 20) + 1));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _store.FindReplicasAsync(None));
        Assert.Equal(
            "its leases/replicas.json has 1048577 bytes, more than the allowed 1048576", error.Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.TryAcquireLeaseAsync(None).AsTask());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"generation":1}""")]
    [InlineData("""{"generation":1,"members":[null]}""")]
    [InlineData("""{"generation":1,"members":[{"counter":1,"seen":1,"joined":1}]}""")]
    public async Task A_damaged_document_is_an_error(string document)
    {
        Write(document);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _store.TryAcquireLeaseAsync(None).AsTask());
        Assert.StartsWith("its leases/replicas.json is damaged: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_always_loses_the_renewal_race_reports_the_store_as_unavailable()
    {
        Write($$"""{"generation":1,"members":[]}""");
        _othersComeFirst = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.TryAcquireLeaseAsync(None).AsTask());
        _othersComeFirst = false;
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.True(lease.IsLeader);
    }

    [Fact]
    public async Task A_second_process_of_the_same_name_counts_separately_until_the_first_is_silent()
    {
        Write("""{"generation":1,"members":[{"replica":"one","incarnation":"x","counter":1,"seen":1,"joined":1}]}""");
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.Equal(["one"], lease.Others);
        Assert.Null(lease.SoleEpoch);
        Assert.False(lease.ConfirmAsync(None).AsTask().IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(21));
        await lease.RenewAsync(None);
        Assert.Empty(lease.Others);
        Assert.NotNull(lease.SoleEpoch);
    }

    [Fact]
    public async Task A_predecessor_known_to_have_ended_is_not_awaited()
    {
        Write($$"""{"generation":1,"members":[{{Old}}]}""");
        var store = GetStore(BucketReplica.Started("old", former: "x"));
        await using var lease = (await store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.Empty(lease.Others);
        await lease.ConfirmAsync(None);
    }

    [Fact]
    public async Task A_server_waits_while_a_repository_is_copied_to_the_bucket_and_a_copy_waits_for_servers()
    {
        var copy = (await GetStore(BucketReplica.Started("copy")).TryAcquireForCopyAsync(None)).Lease!;
        var refused = await _store.TryAcquireLeaseAsync(None);
        Assert.Null(refused.Lease);
        Assert.Equal("pyrepo copy, which copies to it", refused.Holder);

        await copy.ReleaseAsync(inOrder: true);
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        var acquiring = GetStore(BucketReplica.Started("copy")).TryAcquireForCopyAsync(None).AsTask();
        await Eventually.IsAsync("it gives up", async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await lease.RenewAsync(None);
            return acquiring.IsCompleted;
        });
        var second = await acquiring;
        Assert.Null(second.Lease);
        Assert.Equal("the replica 'one'", second.Holder);
    }

    [Fact]
    public async Task A_write_is_confirmed_by_the_document_rather_than_the_local_clock()
    {
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Write($$"""{"generation":2,"members":[{{Old}}]}""");
        Assert.NotNull(lease.SoleEpoch);

        var confirming = lease.ConfirmWriteAsync(None).AsTask();
        await Eventually.IsAsync("it has joined again", () => Task.FromResult(lease.Others is ["old"]));
        Assert.Null(lease.SoleEpoch);
        Assert.False(confirming.IsCompleted);
        Change(members => members[0]!["seen"] = 3);
        _clock.Advance(TimeSpan.FromSeconds(13));
        await Eventually.IsAsync("it is confirmed", () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            return Task.FromResult(confirming.IsCompletedSuccessfully);
        });
    }

    [Fact]
    public async Task A_replica_considered_gone_checks_that_the_store_is_the_same_before_it_rejoins()
    {
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        lease.Rejoining = _ => throw new InvalidDataException("it was erased");
        Write("""{"generation":0,"members":[]}""");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lease.ConfirmWriteAsync(None).AsTask());
        Assert.False(lease.IsInPlace);
        Assert.Equal(
            "The bucket became another one while this process was not among its replicas: it was erased.",
            lease.WhyLost);
        Assert.DoesNotContain("one", _document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task A_wrong_clock_is_corrected_by_the_services_clock(int seconds)
    {
        _serviceIsAhead = TimeSpan.FromSeconds(seconds);
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        _clock.Advance(TimeSpan.FromSeconds(4));
        await lease.RenewAsync(None);
        _clock.Advance(TimeSpan.FromSeconds(4));
        await lease.RenewAsync(None);
        Assert.InRange(lease.ClockOffset.TotalSeconds, seconds - 5, seconds + 5);
    }

    [Fact]
    public async Task A_clock_that_is_ahead_is_corrected_before_the_first_event()
    {
        Write("""{"generation":1,"members":[]}""");
        _serviceIsAhead = TimeSpan.FromDays(-365);
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.InRange(lease.ClockOffset.TotalDays, -366, -364);
    }

    [Fact]
    public async Task A_clock_that_is_right_within_seconds_is_left_alone()
    {
        _serviceIsAhead = TimeSpan.FromSeconds(1.5);
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        for (var renewals = 0; renewals < 5; renewals++)
        {
            _clock.Advance(TimeSpan.FromSeconds(4));
            await lease.RenewAsync(None);
        }
        Assert.Equal(TimeSpan.Zero, lease.ClockOffset);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 4)]
    [InlineData(9, 9)]
    [InlineData(40, 9)]
    public async Task The_more_replicas_there_are_the_less_often_each_of_them_writes(int replicas, int seconds)
    {
        var others = Enumerable.Range(2, replicas - 1).Select(
            n => $$"""{"replica":"r{{n}}","incarnation":"i{{n}}","counter":1,"seen":1,"joined":1}""");
        Write($$"""{"generation":1,"members":[{{string.Join(',', others)}}]}""");
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.Equal(TimeSpan.FromSeconds(seconds), lease.RenewalInterval);
    }

    BucketStore GetStore(BucketReplica replica) => new(
        _client, null, new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false), replica, _clock)
    {
        Conditions = ConditionSupport.Full,
    };

    void Change(Action<JsonArray> change)
    {
        var document = JsonNode.Parse(_document)!;
        change(document["members"]!.AsArray());
        Write(document.ToJsonString());
    }

    void Write(string document) =>
        (_document, _generation, _writtenAt) = (document, _generation + 1, _clock.GetUtcNow() + _serviceIsAhead);

    HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        if (request.Method == HttpMethod.Post && _othersComeFirst)
        {
            Write(_document);
            return ScriptedHandler.Text(HttpStatusCode.PreconditionFailed, "{}");
        }
        if (request.Method == HttpMethod.Post)
        {
            Write(body);
            return DescribeDocument();
        }
        if (!request.RequestUri!.Query.Contains("alt=media", StringComparison.Ordinal) && _othersComeFirst)
            return DescribeDocument();
        return ScriptedHandler.Text(
            HttpStatusCode.OK, _document, "application/json",
            ("x-goog-generation", _generation.ToString(CultureInfo.InvariantCulture)),
            ("Last-Modified", _writtenAt.ToString("R", CultureInfo.InvariantCulture)),
            ("x-goog-stored-content-length", _document.Length.ToString(CultureInfo.InvariantCulture)));
    }

    HttpResponseMessage DescribeDocument() => ScriptedHandler.Text(HttpStatusCode.OK, new JsonObject
    {
        ["name"] = "leases/replicas.json",
        ["size"] = _document.Length,
        ["generation"] = _generation,
        ["timeCreated"] = _clock.GetUtcNow(),
    }.ToJsonString());
}
