using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Serving.Stores;

/// <summary>
/// Stands for a bucket whose settings are of no use: every request fails with what is wrong with them.
/// </summary>
sealed class RejectedBucketClient(BucketException error) : IBucketClient
{
    public int PartLength => 1;

    public int MaxConcurrentParts => 1;

    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) => throw error;

    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        throw error;

    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken) => throw error;

    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) => throw error;

    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) => throw error;

    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) => throw error;

    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) => throw error;

    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        throw error;

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) => throw error;

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => throw error;

    public Uri? Presign(string name, TimeSpan validFor) => null;

    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) => throw error;

    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) => throw error;

    public Task DeleteBucketAsync(CancellationToken cancellationToken) => throw error;

    public void Dispose()
    {
    }
}
