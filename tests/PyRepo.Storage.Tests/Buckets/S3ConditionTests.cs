using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Writes under a condition, on a service that honors it.</summary>
[Collection(Minio.Collection)]
public sealed class S3ConditionTests(Minio minio) : IAsyncLifetime
{
    static readonly CancellationToken _none = CancellationToken.None;
    S3BucketClient _client = null!;

    public async ValueTask InitializeAsync() => _client = new S3BucketClient(await minio.NewBucketAsync());

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await PutAsync("1", WriteCondition.Absent);
        await Assert.ThrowsAsync<PreconditionFailedException>(() => PutAsync("2", WriteCondition.Absent));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => UploadAsync("3", WriteCondition.Absent));
        Assert.Equal("1", await ReadAsync());
    }

    [Fact]
    public async Task A_version_is_replaced_once()
    {
        var first = await PutAsync("1", WriteCondition.None);
        var second = await PutAsync("2", WriteCondition.Match(first.Version));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => PutAsync("3", WriteCondition.Match(first.Version)));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => UploadAsync("3", WriteCondition.Match(first.Version)));
        var third = await UploadAsync("3", WriteCondition.Match(second.Version));
        Assert.Equal(third, await _client.HeadAsync("a", _none));
        Assert.Equal("3", await ReadAsync());
    }

    [Fact]
    public async Task A_deleted_object_has_no_version()
    {
        var first = await PutAsync("1", WriteCondition.None);
        await _client.DeleteAsync("a", _none);
        await Assert.ThrowsAsync<PreconditionFailedException>(() => PutAsync("2", WriteCondition.Match(first.Version)));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => UploadAsync("2", WriteCondition.Match(first.Version)));
        Assert.Null(await _client.HeadAsync("a", _none));
    }

    [Fact]
    public async Task One_of_sixteen_concurrent_writes_wins()
    {
        var first = await OneWinsAsync(text => PutAsync(text, WriteCondition.Absent));
        var second = await OneWinsAsync(text => PutAsync(text, WriteCondition.Match(first.Version)));
        await OneWinsAsync(text => UploadAsync(text, WriteCondition.Match(second.Version)));
        await _client.DeleteAsync("a", _none);
        await OneWinsAsync(text => UploadAsync(text, WriteCondition.Absent));
    }

    async Task<StoredObject> OneWinsAsync(Func<string, Task<StoredObject>> write)
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            try
            {
                // Other bytes in each round: the same ones would be the same version again.
                return await write($"{Guid.NewGuid()} of writer {number}");
            }
            catch (PreconditionFailedException)
            {
                return null;
            }
        }));
        var winner = Assert.Single(outcomes, outcome => outcome is not null)!;
        Assert.Equal(winner, await _client.HeadAsync("a", _none));
        return winner;
    }

    Task<StoredObject> PutAsync(string text, WriteCondition condition) =>
        _client.PutAsync("a", new BucketBody(Encoding.UTF8.GetBytes(text)), condition, _none);

    async Task<StoredObject> UploadAsync(string text, WriteCondition condition)
    {
        var upload = await _client.BeginUploadAsync("a", _none);
        return await _client.CompleteUploadAsync(
            "a", upload, [], new BucketBody(Encoding.UTF8.GetBytes(text)), condition, _none);
    }

    async Task<string> ReadAsync()
    {
        using var response = await _client.GetAsync("a", new(), _none);
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync();
    }
}
