using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Tests in a bucket that is new for each.</summary>
public abstract class BucketClientBase : IAsyncLifetime
{
    internal static readonly BucketConnections Connections = new() { Pause = TimeSpan.FromMilliseconds(20) };

    IBucketClient? _client;

    /// <summary>The client of the test's bucket.</summary>
    protected IBucketClient Client => _client ??= CreateClient(Bucket);

    /// <summary>The test's bucket.</summary>
    protected string Bucket { get; } = $"test-{Guid.NewGuid():N}"[..20];

    protected static CancellationToken None => CancellationToken.None;

    /// <summary>Creates a client of a bucket.</summary>
    protected abstract IBucketClient CreateClient(string bucket);

    public async ValueTask InitializeAsync() => Assert.True(await Client.CreateBucketAsync(None));

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }

    protected async Task<StoredObject> PutAsync(string name, string text, WriteCondition condition = default) =>
        await Client.PutAsync(name, new(Encoding.UTF8.GetBytes(text)), condition, None);

    protected async Task<string> ReadAsync(string name, BucketRead read)
    {
        using var response = await Client.GetAsync(name, read, None);
        return await ReadAsync(response);
    }

    protected static async Task<string> ReadAsync(BucketResponse response)
    {
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync();
    }

    protected async Task<List<StoredObject>> ListAsync(string prefix = "", string? startAfter = null)
    {
        var found = new List<StoredObject>();
        await foreach (var listed in Client.ListAsync(prefix, startAfter, None))
            found.Add(listed);
        return found;
    }
}
