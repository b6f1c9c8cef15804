namespace PyRepo.Storage.Buckets.S3;

/// <summary>A bucket of AWS S3, or of another service that speaks its protocol.</summary>
public sealed class S3BucketClient : IBucketClient
{
    /// <summary>10,000 parts, S3's limit, are 160 GiB.</summary>
    internal const int LengthOfParts = 16 << 20;

    readonly S3Connection _connection;
    readonly S3Reads _reads;
    readonly S3Writes _writes;
    readonly S3Uploads _uploads;

    /// <summary>Creates a client. It sends nothing yet.</summary>
    public S3BucketClient(S3Settings settings)
    {
        _connection = new S3Connection(settings);
        _reads = new S3Reads(_connection);
        _writes = new S3Writes(_connection);
        _uploads = new S3Uploads(_connection, _reads);
    }

    /// <inheritdoc/>
    public int PartLength => LengthOfParts;

    /// <inheritdoc/>
    public int MaxConcurrentParts => 4;

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        _reads.HeadAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        _reads.GetAsync(name, read, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken) =>
        _writes.PutAsync(name, body, condition, cancellationToken);

    /// <inheritdoc/>
    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) =>
        _uploads.BeginAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) =>
        _uploads.PutPartAsync(name, upload, number, body, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) =>
        _uploads.CompleteAsync(name, upload, parts, last, condition, cancellationToken);

    /// <inheritdoc/>
    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) =>
        _uploads.AbortAsync(name, upload, cancellationToken);

    /// <inheritdoc/>
    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        _uploads.AbortBeforeAsync(prefix, before, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) =>
        S3Listing.ListAsync(_connection, prefix, startAfter, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        _writes.DeleteAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Uri? Presign(string name, TimeSpan validFor) => _connection.Urls.Presign(name, validFor);

    /// <inheritdoc/>
    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) =>
        S3Buckets.ExistsAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>?> FindExpirationsAsync(string prefix, CancellationToken cancellationToken) =>
        S3Lifecycle.FindExpirationsAsync(_connection, prefix, cancellationToken);

    /// <inheritdoc/>
    public Task<BucketProtection> FindProtectionAsync(CancellationToken cancellationToken) =>
        S3Protection.FindAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) =>
        S3Buckets.CreateAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteBucketAsync(CancellationToken cancellationToken) =>
        S3Buckets.DeleteAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
