namespace PyRepo.Storage.Buckets.Checks;

/// <summary>One bucket through several endpoints: each request takes any of them.</summary>
/// <remarks>So what is written through one of them is read and compared through another.</remarks>
/// <param name="clients">The bucket through each of them.</param>
sealed class RotatingBucketClient(IReadOnlyList<IBucketClient> clients) : IBucketClient
{
    /// <summary>Any of them, as what always takes turns may write through one and read through another only.</summary>
    IBucketClient Next => clients[Random.Shared.Next(clients.Count)];

    /// <inheritdoc/>
    public int PartLength => clients[0].PartLength;

    /// <inheritdoc/>
    public int MaxConcurrentParts => clients[0].MaxConcurrentParts;

    /// <inheritdoc/>
    public bool SustainsRewrites => clients[0].SustainsRewrites;

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        Next.HeadAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        Next.GetAsync(name, read, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken) =>
        Next.PutAsync(name, body, condition, cancellationToken);

    /// <inheritdoc/>
    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) =>
        Next.BeginUploadAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) =>
        Next.PutPartAsync(name, upload, number, body, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) =>
        Next.CompleteUploadAsync(name, upload, parts, last, condition, cancellationToken);

    /// <inheritdoc/>
    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) =>
        Next.AbortUploadAsync(name, upload, cancellationToken);

    /// <inheritdoc/>
    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        Next.AbortUploadsAsync(prefix, before, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) =>
        Next.ListAsync(prefix, startAfter, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        Next.DeleteAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Uri? Presign(string name, TimeSpan validFor) => Next.Presign(name, validFor);

    /// <inheritdoc/>
    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) =>
        Next.BucketExistsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>?> FindExpirationsAsync(string prefix, CancellationToken cancellationToken) =>
        Next.FindExpirationsAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public Task<BucketProtection> FindProtectionAsync(CancellationToken cancellationToken) =>
        Next.FindProtectionAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) =>
        Next.CreateBucketAsync(cancellationToken);

    /// <inheritdoc/>
    public Task DeleteBucketAsync(CancellationToken cancellationToken) => Next.DeleteBucketAsync(cancellationToken);

    /// <summary>Does nothing: the endpoints belong to the caller.</summary>
    public void Dispose()
    {
    }
}
