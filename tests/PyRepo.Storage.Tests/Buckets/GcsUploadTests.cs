using System.Net;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Parts that Google Cloud Storage takes only some bytes of, which fake-gcs-server never does.</summary>
public sealed class GcsUploadTests
{
    const string Session = "http://storage.test/upload/session";

    readonly List<string> _ranges = [];
    readonly Queue<HttpResponseMessage> _answers = new();

    static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task After_a_failure_only_what_is_missing_is_sent()
    {
        using var client = Create();
        var upload = await client.BeginUploadAsync("a", None);
        var part = client.PartLength;
        Answer(Incomplete(1000), ScriptedHandler.Text(HttpStatusCode.ServiceUnavailable), Incomplete(5000),
            Incomplete(part));
        await client.PutPartAsync("a", upload, 1, new(new byte[part]), None);
        Assert.Equal(
            [
                $"bytes 0-{part - 1}/* {part}", $"bytes 1000-{part - 1}/* {part - 1000}", "bytes */* 0",
                $"bytes 5000-{part - 1}/* {part - 5000}",
            ],
            _ranges);
        _ranges.Clear();
        Answer(ScriptedHandler.Text(HttpStatusCode.BadGateway), ScriptedHandler.Text(HttpStatusCode.OK, $$"""
            {"name":"a","size":"{{part + 1}}","generation":"8","timeCreated":"2026-11-22T12:00:00Z"}
            """));
        var written = await client.CompleteUploadAsync(
            "a", upload, ["1"], new("x"u8.ToArray()), WriteCondition.Absent, None);
        Assert.Equal(new("8"), written.Version);
        Assert.Equal([$"bytes {part}-{part}/{part + 1} 1", $"bytes */{part + 1} 0"], _ranges);
    }

    [Fact]
    public async Task An_upload_that_is_gone_is_an_error()
    {
        using var client = Create();
        var upload = await client.BeginUploadAsync("a", None);
        Answer(ScriptedHandler.Text(HttpStatusCode.Gone));
        var error = await Assert.ThrowsAsync<BucketException>(
            () => client.PutPartAsync("a", upload, 1, new(new byte[client.PartLength]), None));
        Assert.Equal("uploadGone", error.Code);
    }

    void Answer(params HttpResponseMessage[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
    }

    GcsBucketClient Create()
    {
        var handler = new ScriptedHandler((request, body) =>
        {
            if (request.Method == HttpMethod.Get)
                return ScriptedHandler.Text(HttpStatusCode.NotFound);
            if (request.Method == HttpMethod.Post)
                return ScriptedHandler.Text(HttpStatusCode.OK, headers: ("Location", Session));
            Assert.Equal(Session, request.RequestUri!.ToString());
            _ranges.Add($"{request.Content!.Headers.NonValidated["Content-Range"]} {body.Length}");
            return _answers.Dequeue();
        });
        return new(
            new() { Bucket = "b", Endpoint = new("http://storage.test") },
            BucketClientBase.Connections with { ForBucket = () => handler });
    }

    static HttpResponseMessage Incomplete(int length) =>
        ScriptedHandler.Text((HttpStatusCode)308, headers: ("Range", $"bytes=0-{length - 1}"));
}
