using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A service that misbehaves.</summary>
[Collection(Minio.Collection)]
public sealed class S3FaultTests(Minio minio) : IAsyncLifetime
{
    static readonly CancellationToken _none = CancellationToken.None;
    FaultProxy _proxy = null!;
    S3Settings _settings = null!;
    S3BucketClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = await minio.NewBucketAsync();
        _proxy = await FaultProxy.StartAsync(minio.Endpoint);
        _settings = settings with { Endpoint = _proxy.Url };
        _client = new S3BucketClient(_settings);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task Temporary_failures_are_retried(int status)
    {
        _proxy.Decide = request => request.Number > 1 ? Fault.None : status == 0 ? Fault.Reset : Fault.Status(status);
        await _client.PutAsync("a", Bytes("1"), WriteCondition.None, _none);
        Assert.Equal(1, (await _client.HeadAsync("a", _none))!.Length);
        Assert.Equal("1", await ReadAsync("a"));
        await foreach (var listed in _client.ListAsync("", null, _none))
            Assert.Equal("a", listed.Key);
        var upload = await _client.BeginUploadAsync("b", _none);
        await _client.CompleteUploadAsync("b", upload, [], Bytes("2"), WriteCondition.None, _none);
        await _client.DeleteAsync("a", _none);
    }

    [Fact]
    public async Task A_persistent_failure_is_a_temporary_error()
    {
        _proxy.Decide = _ => Fault.Status(503);
        var error = await Assert.ThrowsAsync<BucketException>(() => _client.GetAsync("a", new(), _none));
        Assert.Equal("SlowDown", error.Code);
        Assert.True(error.IsTransient);
        Assert.Equal(4, _proxy.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(0)]
    public async Task A_write_with_a_condition_is_sent_once(int status)
    {
        _proxy.Decide = _ => status == 0 ? Fault.Lost : Fault.Status(status);
        var error = await Assert.ThrowsAsync<BucketException>(
            () => _client.PutAsync("a", Bytes("1"), WriteCondition.Absent, _none));
        Assert.True(error.IsTransient);
        Assert.Equal(1, _proxy.Count);
        _proxy.Decide = _ => Fault.None;
        Assert.Equal(status == 0, await _client.HeadAsync("a", _none) is not null);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(0)]
    public async Task A_large_part_is_sent_again_from_its_start(int status)
    {
        var upload = await _client.BeginUploadAsync("a", _none);
        _proxy.Decide = request =>
            request.Number > 1 ? Fault.None : status == 0 ? Fault.Reset : Fault.Status(status);
        var part = await _client.PutPartAsync("a", upload, 1, new BucketBody(new byte[_client.PartLength]), _none);
        _proxy.Decide = _ => Fault.None;
        var put = await _client.CompleteUploadAsync("a", upload, [part], Bytes("1"), WriteCondition.Absent, _none);
        Assert.Equal(_client.PartLength + 1, put.Length);
        Assert.Equal(put, await _client.HeadAsync("a", _none));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(3 << 20)]
    public async Task A_file_is_read_anew_for_each_attempt(int length)
    {
        using var folder = new TemporaryFolder();
        var bytes = RandomNumberGenerator.GetBytes(length + 2);
        File.WriteAllBytes(folder["file"], bytes);
        using var file = File.OpenHandle(folder["file"]);
        _proxy.Decide = request => request.Number < 3 ? Fault.Lost : Fault.None;
        await _client.PutAsync("a", new BucketBody(file, 1, length), WriteCondition.None, _none);
        Assert.Equal(3, _proxy.Count);
        _proxy.Decide = _ => Fault.None;
        using var response = await _client.GetAsync("a", new(), _none);
        var stored = new byte[length];
        await response.Body.ReadExactlyAsync(stored, _none);
        Assert.Equal(bytes[1..^1], stored);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(3 << 20)]
    public async Task A_body_that_is_damaged_on_its_way_is_not_stored(int length)
    {
        var (body, upload) = (new BucketBody(new byte[length]), await _client.BeginUploadAsync("a", _none));
        _proxy.Decide = request => request.Method == "PUT" ? Fault.Damaged : Fault.None;
        foreach (var write in new Func<Task>[]
        {
            () => _client.PutAsync("a", body, WriteCondition.None, _none),
            () => _client.PutAsync("a", body, WriteCondition.Absent, _none),
            () => _client.PutPartAsync("a", upload, 1, body, _none),
        })
        {
            var error = await Assert.ThrowsAsync<BucketException>(write);
            Assert.Equal("XAmzContentSHA256Mismatch", error.Code);
            Assert.EndsWith("The bytes were damaged on their way.", error.Message, StringComparison.Ordinal);
        }
        Assert.Null(await _client.HeadAsync("a", _none));
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    public async Task A_clock_that_is_very_wrong_is_named(int minutes)
    {
        using var client = new S3BucketClient(_settings with { Clock = WrongBy(minutes) });
        foreach (var request in new Func<Task>[]
        {
            () => client.HeadAsync("a", _none),
            () => client.PutAsync("a", Bytes("1"), WriteCondition.None, _none),
            () => client.PutAsync("a", Bytes("1"), WriteCondition.Absent, _none),
            () => client.DeleteAsync("a", _none),
        })
        {
            var error = await Assert.ThrowsAsync<BucketException>(request);
            Assert.Equal("RequestTimeTooSkewed", error.Code);
            Assert.False(error.IsTransient);
            Assert.Contains("clocks", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task A_clock_may_be_somewhat_wrong(int minutes)
    {
        using var client = new S3BucketClient(_settings with { Clock = WrongBy(minutes) });
        var put = await client.PutAsync("a", Bytes("1"), WriteCondition.Absent, _none);
        var head = await client.HeadAsync("a", _none);
        Assert.Equal(put.Version, head!.Version);
        Assert.InRange((put.LastModified - head.LastModified).Duration().TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task A_body_that_the_service_does_not_accept_is_an_error()
    {
        using var client = new S3BucketClient(_settings with { Timeout = TimeSpan.FromSeconds(1) });
        _proxy.Decide = _ => Fault.Slow(TimeSpan.FromSeconds(20));
        var error = await Assert.ThrowsAsync<BucketException>(() => client.PutAsync(
            "a", new BucketBody(new byte[_client.PartLength]), WriteCondition.Absent, _none));
        Assert.Contains("did not answer in time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_completed_upload_is_complete_even_if_its_response_was_lost()
    {
        var upload = await _client.BeginUploadAsync("a", _none);
        _proxy.Decide = request => request is { Method: "POST", Number: 2 } ? Fault.Lost : Fault.None;
        var put = await _client.CompleteUploadAsync("a", upload, [], Bytes("1"), WriteCondition.None, _none);
        Assert.Equal(put, await _client.HeadAsync("a", _none));
    }

    [Fact]
    public async Task A_torn_body_is_an_error_and_not_the_end()
    {
        await _client.PutAsync("a", new BucketBody(new byte[100_000]), WriteCondition.None, _none);
        _proxy.Decide = _ => Fault.Torn(50_000);
        var error = await Assert.ThrowsAsync<BucketException>(() => ReadAsync("a"));
        Assert.Equal(BucketException.Unreachable, error.Code);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_body_must_make_progress_but_may_take_long()
    {
        using var client = new S3BucketClient(_settings with { Timeout = TimeSpan.FromSeconds(1) });
        await client.PutAsync("a", new BucketBody(new byte[600_000]), WriteCondition.None, _none);
        _proxy.Decide = _ => new Fault { DelayOfParts = TimeSpan.FromMilliseconds(200) };
        var began = Stopwatch.GetTimestamp();
        using (var response = await client.GetAsync("a", new(), _none))
            await response.Body.CopyToAsync(Stream.Null);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 1.2, 60);
        _proxy.Decide = _ => new Fault { DelayOfParts = TimeSpan.FromSeconds(5) };
        await Assert.ThrowsAsync<BucketException>(async () =>
        {
            using var response = await client.GetAsync("a", new(), _none);
            await response.Body.CopyToAsync(Stream.Null);
        });
    }

    [Fact]
    public async Task A_read_may_have_its_own_timeout()
    {
        _proxy.Decide = _ => Fault.Slow(TimeSpan.FromSeconds(20));
        var began = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<BucketException>(
            () => _client.GetAsync("a", new() { Timeout = TimeSpan.FromMilliseconds(300) }, _none));
        Assert.True(error.IsTransient);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.25, 10);
    }

    [Fact]
    public async Task A_caller_may_cancel_a_request()
    {
        _proxy.Decide = _ => Fault.Slow(TimeSpan.FromSeconds(20));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.HeadAsync("a", stop.Token));
        using var again = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _client.PutAsync("a", Bytes("1"), WriteCondition.None, again.Token));
    }

    static FakeClock WrongBy(int minutes) => new(DateTimeOffset.UtcNow.AddMinutes(minutes));

    static BucketBody Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    async Task<string> ReadAsync(string name)
    {
        using var response = await _client.GetAsync(name, new(), _none);
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync();
    }
}
