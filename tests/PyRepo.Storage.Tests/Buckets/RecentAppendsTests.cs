using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What an append to an object in a bucket reads first, as a service counts it.</summary>
public sealed class RecentAppendsTests : IDisposable
{
    /// <summary>The longest object that is remembered, and how much of all of them, in bytes.</summary>
    const int MaxLength = 512 << 10, MaxTotalLength = 4 << 20;

    readonly TemporaryFolder _scratch = new();
    readonly ConcurrentDictionary<string, (string Text, int Generation)> _objects = new(StringComparer.Ordinal);
    readonly GcsBucketClient _client;
    readonly BucketStore _store;
    int _generation;
    int _reads;

    public RecentAppendsTests()
    {
        _client = new(
            new() { Bucket = "b", Endpoint = new("http://storage.test") },
            BucketClientBase.Connections with { ForBucket = () => new ScriptedHandler(Answer) });
        _store = new(
            _client, null, new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false),
            BucketReplica.Started("one"),
            TimeProvider.System)
        {
            Conditions = ConditionSupport.Full,
        };
    }

    public void Dispose()
    {
        _client.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task The_next_append_does_not_read_the_last_one()
    {
        var first = await AppendAsync("a", "one\n", WriteCondition.Absent);
        var second = await AppendAsync("a", "two\n", WriteCondition.Match(first.Version));
        await AppendAsync("a", "three\n", WriteCondition.Match(second.Version));
        Assert.Equal("one\ntwo\nthree\n", _objects["a"].Text);
        Assert.Equal(0, _reads);
    }

    [Fact]
    public async Task Hundreds_of_appends_read_nothing_and_keep_every_byte()
    {
        var (text, written) = ("", await AppendAsync("a", "", WriteCondition.Absent));
        for (var i = 0; i < 300; i++)
        {
            var line = new string((char)('a' + i % 26), i) + "\n";
            written = await AppendAsync("a", line, WriteCondition.Match(written.Version));
            text += line;
            Assert.Equal(text, _objects["a"].Text);
        }
        Assert.Equal(0, _reads);
    }

    [Fact]
    public async Task A_long_object_is_read_for_each_append()
    {
        var first = await AppendAsync("a", new string('x', MaxLength + 1), WriteCondition.Absent);
        await AppendAsync("a", "y", WriteCondition.Match(first.Version));
        Assert.Equal(1, _reads);
        Assert.Equal(MaxLength + 2, _objects["a"].Text.Length);
    }

    [Fact]
    public async Task Only_as_many_objects_are_remembered_as_fit()
    {
        var content = new string('x', MaxLength);
        var written = new List<StoredObject>();
        for (var i = 0; i <= MaxTotalLength / MaxLength; i++)
            written.Add(await AppendAsync($"{i}", content, WriteCondition.Absent));
        await AppendAsync(written[^1].Key, "y", WriteCondition.Match(written[^1].Version));
        Assert.Equal(0, _reads);
        await AppendAsync(written[0].Key, "y", WriteCondition.Match(written[0].Version));
        Assert.Equal(1, _reads);
    }

    Task<StoredObject> AppendAsync(string key, string text, WriteCondition condition) =>
        _store.AppendAsync(key, Encoding.UTF8.GetBytes(text), condition, CancellationToken.None).AsTask();

    HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        if (request.Method == HttpMethod.Get)
        {
            Interlocked.Increment(ref _reads);
            var (text, generation) = _objects[request.RequestUri!.Segments[^1]];
            return ScriptedHandler.Text(
                HttpStatusCode.OK, text, "application/json",
                ("x-goog-generation", generation.ToString(CultureInfo.InvariantCulture)),
                ("x-goog-stored-content-length", text.Length.ToString(CultureInfo.InvariantCulture)));
        }
        var name = HttpUtility.ParseQueryString(request.RequestUri!.Query)["name"]!;
        _objects[name] = (body, ++_generation);
        var written = new JsonObject
        {
            ["name"] = name,
            ["size"] = body.Length,
            ["generation"] = _generation,
            ["timeCreated"] = DateTimeOffset.UnixEpoch,
        };
        return ScriptedHandler.Text(HttpStatusCode.OK, written.ToJsonString());
    }
}
