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

    public BucketLeaseTests()
    {
        _client = new(
            new() { Bucket = "b", Endpoint = new("http://storage.test") },
            BucketClientBase.Connections with { ForBucket = () => new ScriptedHandler(Answer) });
        _store = new(
            _client, null, new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false), "one", _clock);
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        _client.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task A_replica_that_left_is_forgotten_and_known_anew_if_it_comes_back()
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
            "its leases/replicas.json has 1048577 bytes, more than the 1048576 that it may have", error.Message);
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
    public async Task A_replica_whose_renewals_always_come_second_says_that_the_store_is_not_available()
    {
        Write($$"""{"generation":1,"members":[]}""");
        _othersComeFirst = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.TryAcquireLeaseAsync(None).AsTask());
        _othersComeFirst = false;
        await using var lease = (await _store.TryAcquireLeaseAsync(None)).Lease!;
        Assert.True(lease.IsLeader);
    }

    void Change(Action<JsonArray> change)
    {
        var document = JsonNode.Parse(_document)!;
        change(document["members"]!.AsArray());
        Write(document.ToJsonString());
    }

    void Write(string document) => (_document, _generation) = (document, _generation + 1);

    HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        if (request.Method == HttpMethod.Post && _othersComeFirst)
            return ScriptedHandler.Text(HttpStatusCode.PreconditionFailed, "{}");
        if (request.Method == HttpMethod.Post)
        {
            Write(body);
            var written = new JsonObject
            {
                ["name"] = "leases/replicas.json",
                ["size"] = body.Length,
                ["generation"] = _generation,
                ["timeCreated"] = _clock.GetUtcNow(),
            };
            return ScriptedHandler.Text(HttpStatusCode.OK, written.ToJsonString());
        }
        return ScriptedHandler.Text(
            HttpStatusCode.OK, _document, "application/json",
            ("x-goog-generation", _generation.ToString(CultureInfo.InvariantCulture)),
            ("x-goog-stored-content-length", _document.Length.ToString(CultureInfo.InvariantCulture)));
    }
}
