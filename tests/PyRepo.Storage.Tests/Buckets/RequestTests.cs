using System.Diagnostics;
using System.Net;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Storage.Buckets.Http;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What happens to requests that fail, whichever the service is.</summary>
public sealed class RequestTests
{
    const string Written = """{"name":"a","size":"1","generation":"7","timeCreated":"2026-11-22T12:00:00.5Z"}""";

    static readonly BucketBody _body = new("x"u8.ToArray());

    static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Temporary_failures_are_retried()
    {
        var statuses = new Queue<HttpStatusCode>([HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests,
            HttpStatusCode.InternalServerError, HttpStatusCode.OK]);
        var handler = new ScriptedHandler((_, _) => ScriptedHandler.Text(statuses.Dequeue(), Written));
        using var client = Create(handler);
        var written = await client.PutAsync("a", _body, WriteCondition.None, None);
        Assert.Equal(new("7"), written.Version);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), written.LastModified);
        Assert.Equal(4, handler.Requests.Count);
    }

    [Fact]
    public async Task It_is_tried_four_times()
    {
        var handler = new ScriptedHandler((_, _) => ScriptedHandler.Text(HttpStatusCode.ServiceUnavailable));
        using var client = Create(handler);
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.True(error.IsTransient);
        Assert.Equal("503", error.Code);
        Assert.Equal(4, handler.Requests.Count);
    }

    [Fact]
    public async Task A_write_with_a_condition_is_sent_once()
    {
        var handler = new ScriptedHandler((_, _) => ScriptedHandler.Text(HttpStatusCode.ServiceUnavailable));
        using var client = Create(handler);
        var error = await Assert.ThrowsAsync<BucketException>(
            () => client.PutAsync("a", _body, WriteCondition.Absent, None));
        Assert.True(error.IsTransient);
        Assert.Single(handler.Requests);

        handler = new ScriptedHandler((_, _) => throw new HttpRequestException("The connection broke."));
        using var broken = Create(handler);
        error = await Assert.ThrowsAsync<BucketException>(
            () => broken.PutAsync("a", _body, WriteCondition.Match(new("5")), None));
        Assert.Equal(BucketException.Unreachable, error.Code);
        Assert.True(error.IsTransient);
        Assert.EndsWith("?uploadType=media&name=a&fields=name,size,generation,timeCreated&ifGenerationMatch=5",
            Assert.Single(handler.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_named()
    {
        // Nobody listens on port 1.
        using var client = new GcsBucketClient(
            new() { Bucket = "b", Endpoint = new("http://127.0.0.1:1") }, BucketClientBase.Connections);
        var error = await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None));
        Assert.Equal(BucketException.Unreachable, error.Code);
        Assert.StartsWith(
            "Google Cloud Storage at http://127.0.0.1:1 could not be reached: ", error.Message,
            StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_connection_hook_has_the_last_word()
    {
        var refusal = new BucketException("AddressNotAllowed", "The address is not allowed.");
        var connections = BucketClientBase.Connections with
        {
            ForBucket = () =>
            {
                var handler = BucketConnections.CreateHandler();
                handler.ConnectCallback = (_, _) => throw refusal;
                return handler;
            },
        };
        using var client = new GcsBucketClient(
            new() { Bucket = "b", Endpoint = new("http://127.0.0.1:1") }, connections);
        Assert.Same(refusal, await Assert.ThrowsAsync<BucketException>(() => client.HeadAsync("a", None)));
    }

    [Fact]
    public async Task A_service_that_does_not_respond_times_out()
    {
        var handler = new ScriptedHandler(async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new UnreachableException();
        });
        using var client = Create(handler);
        var error = await Assert.ThrowsAsync<BucketException>(
            () => client.GetAsync("a", new() { Timeout = TimeSpan.FromMilliseconds(200) }, None));
        Assert.Equal(BucketException.Unreachable, error.Code);
        Assert.True(error.IsTransient);
        Assert.Single(handler.Requests);
        using var canceled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.HeadAsync("a", canceled.Token));
    }

    [Fact]
    public async Task A_body_may_take_its_time_while_bytes_are_sent()
    {
        using var handler = new SlowReader(TimeSpan.FromMilliseconds(300), Written);
        using var client = Create(handler, TimeSpan.FromSeconds(4));
        // 16 times 128 KiB.
        await client.PutAsync("a", new(new byte[2 << 20]), WriteCondition.Absent, None);
        Assert.True(handler.Took > TimeSpan.FromSeconds(4), $"It took {handler.Took}.");
    }

    [Fact]
    public async Task A_body_that_stops_or_breaks_is_an_error()
    {
        using var stopping = Create(new ScriptedHandler((_, _) => Media(new BrokenStream(throws: false))),
            TimeSpan.FromMilliseconds(300));
        using var breaking = Create(new ScriptedHandler((_, _) => Media(new BrokenStream(throws: true))));
        foreach (var client in new[] { stopping, breaking })
        {
            using var response = await client.GetAsync("a", default, None);
            var error = await Assert.ThrowsAsync<BucketException>(
                async () => await response.Body.CopyToAsync(Stream.Null));
            Assert.Equal(BucketException.Unreachable, error.Code);
            Assert.True(error.IsTransient);
        }
    }

    [Fact]
    public async Task A_thread_does_not_wait_for_ever_for_a_body_that_stops()
    {
        await using var service = await ScriptedS3.StartAsync(async context =>
        {
            context.Response.Headers["x-goog-generation"] = "7";
            context.Response.Headers["x-goog-stored-content-length"] = "100";
            context.Response.ContentLength = 100;
            await context.Response.Body.WriteAsync("few"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = new GcsBucketClient(
            new() { Bucket = "b", Endpoint = new(service.Url) },
            BucketClientBase.Connections with { Timeout = TimeSpan.FromMilliseconds(300) });
        using var response = await client.GetAsync("a", default, None);
        var reading = Task.Run(() => response.Body.ReadExactly(new byte[100]));
        var error = await Assert.ThrowsAsync<BucketException>(() => reading.WaitAsync(Eventually.Deadline));
        Assert.Equal(
            $"Google Cloud Storage at {service.Url} sent no more bytes for 0.3 s.", error.Message);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_service_without_space_is_a_full_store()
    {
        using var client = Create(new ScriptedHandler(
            (_, _) => ScriptedHandler.Text(HttpStatusCode.InsufficientStorage)));
        await Assert.ThrowsAsync<StoreFullException>(() => client.PutAsync("a", _body, WriteCondition.None, None));
    }

    static HttpResponseMessage Media(Stream body)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) };
        response.Headers.Add("x-goog-generation", "7");
        response.Headers.Add("x-goog-stored-content-length", "100");
        return response;
    }

    static GcsBucketClient Create(HttpMessageHandler handler, TimeSpan? timeout = null) => new(
        new() { Bucket = "b", Endpoint = new("http://storage.test") },
        BucketClientBase.Connections with { ForBucket = () => handler, Timeout = timeout ?? TimeSpan.FromSeconds(30) });
}
