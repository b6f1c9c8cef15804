using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

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
    public Uri? Presign(string name, TimeSpan validFor) => _connection.Presign(name, validFor);

    /// <inheritdoc/>
    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) =>
        S3Buckets.ExistsAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) =>
        S3Buckets.CreateAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteBucketAsync(CancellationToken cancellationToken) =>
        S3Buckets.DeleteAsync(_connection, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}

/// <summary>Lists objects, a thousand with each request.</summary>
static class S3Listing
{
    /// <inheritdoc cref="IBucketClient.ListAsync"/>
    public static async IAsyncEnumerable<StoredObject> ListAsync(
        S3Connection connection, string prefix, string? startAfter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = connection.Settings.Bucket,
            Prefix = prefix,
            StartAfter = startAfter,
            // XML has no control characters, which names of others may have.
            Encoding = EncodingType.Url,
        };
        ListObjectsV2Response page;
        do
        {
            page = await connection.SendAsync(
                (sdk, token) => sdk.ListObjectsV2Async(request, token), cancellationToken);
            foreach (var listed in page.S3Objects ?? [])
            {
                var name = page.Encoding == EncodingType.Url ? Decode(listed.Key) : listed.Key;
                var time = new DateTimeOffset(listed.LastModified?.ToUniversalTime() ?? DateTime.UnixEpoch);
                yield return new(name, listed.Size ?? 0, S3Tag.Parse(listed.ETag), S3Tag.Truncate(time));
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true && !string.IsNullOrEmpty(page.NextContinuationToken));
    }

    /// <summary>A space is a plus on most services, and a plus is never left as it is.</summary>
    static string Decode(string key) => Uri.UnescapeDataString(key.Replace('+', ' '));
}

/// <summary>Writes and deletes objects in one request each.</summary>
sealed class S3Writes(S3Connection connection)
{
    /// <inheritdoc cref="IBucketClient.PutAsync"/>
    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken) =>
        S3Condition.SendAsync(
            connection, name, condition, (sdk, token) => PutAsync(sdk, name, body, condition, token),
            cancellationToken);

    /// <inheritdoc cref="IBucketClient.DeleteAsync"/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        connection.SendAsync(
            (sdk, token) => sdk.DeleteObjectAsync(
                new DeleteObjectRequest { BucketName = connection.Settings.Bucket, Key = name }, token),
            cancellationToken);

    async Task<StoredObject> PutAsync(
        AmazonS3Client sdk, string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken)
    {
        await using var stream = body.Open();
        var response = await sdk.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = connection.Settings.Bucket,
                Key = name,
                InputStream = stream,
                AutoCloseStream = false,
                // Signed as a whole: not every service understands signed chunks.
                UseChunkEncoding = false,
                ContentType = "application/octet-stream",
                IfMatch = S3Condition.IfMatch(condition),
                IfNoneMatch = S3Condition.IfNoneMatch(condition),
                ServerSideEncryptionMethod = connection.Settings.EncryptionMethod,
                ServerSideEncryptionKeyManagementServiceKeyId = connection.Settings.KmsKeyId,
            },
            cancellationToken);
        return new(name, body.Length, S3Tag.Parse(response.ETag), connection.Now);
    }
}
