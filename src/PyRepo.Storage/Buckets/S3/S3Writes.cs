using Amazon.S3;
using Amazon.S3.Model;

namespace PyRepo.Storage.Buckets.S3;

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
