using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Writes objects in parts.</summary>
sealed class S3Uploads(S3Connection connection, S3Reads reads)
{
    string Bucket => connection.Settings.Bucket;

    /// <inheritdoc cref="IBucketClient.BeginUploadAsync"/>
    public async Task<string> BeginAsync(string name, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = Bucket,
            Key = name,
            ContentType = "application/octet-stream",
            ServerSideEncryptionMethod = connection.Settings.EncryptionMethod,
            ServerSideEncryptionKeyManagementServiceKeyId = connection.Settings.KmsKeyId,
        };
        return (await connection.SendAsync(
            (sdk, token) => sdk.InitiateMultipartUploadAsync(request, token), cancellationToken)).UploadId;
    }

    /// <inheritdoc cref="IBucketClient.PutPartAsync"/>
    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) =>
        connection.SendAsync(
            async (sdk, token) =>
            {
                await using var stream = body.Open();
                var response = await sdk.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = Bucket,
                        Key = name,
                        UploadId = upload,
                        PartNumber = number,
                        PartSize = body.Length,
                        InputStream = stream,
                        // Signed as a whole: not every service understands signed chunks.
                        UseChunkEncoding = false,
                    },
                    token);
                return response.ETag;
            },
            cancellationToken);

    /// <inheritdoc cref="IBucketClient.CompleteUploadAsync"/>
    public async Task<StoredObject> CompleteAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken)
    {
        string[] tags = [.. parts, await PutPartAsync(name, upload, parts.Count + 1, last, cancellationToken)];
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = Bucket,
            Key = name,
            UploadId = upload,
            PartETags = [.. tags.Select((tag, index) => new PartETag(index + 1, tag))],
            IfMatch = S3Condition.IfMatch(condition),
            IfNoneMatch = S3Condition.IfNoneMatch(condition),
        };
        try
        {
            var response = await S3Condition.SendAsync(
                connection, name, condition, (sdk, token) => CompleteAsync(sdk, request, token), cancellationToken);
            var length = (long)parts.Count * S3BucketClient.LengthOfParts + last.Length;
            return new(name, length, S3Tag.Parse(response.ETag), connection.Now);
        }
        catch (BucketException error) when (error.Code == "NoSuchUpload" && condition == WriteCondition.None)
        {
            // Perhaps it was completed, and the answer was lost.
            if (await reads.HeadAsync(name, cancellationToken) is { } found && found.Version == S3Tag.OfParts(tags))
                return found;
            throw;
        }
    }

    /// <inheritdoc cref="IBucketClient.AbortUploadAsync"/>
    public async Task AbortAsync(string name, string upload, CancellationToken cancellationToken)
    {
        var request = new AbortMultipartUploadRequest { BucketName = Bucket, Key = name, UploadId = upload };
        try
        {
            await connection.SendAsync(
                (sdk, token) => sdk.AbortMultipartUploadAsync(request, token), cancellationToken);
        }
        catch (BucketException error) when (error.Code == "NoSuchUpload")
        {
        }
    }

    /// <inheritdoc cref="IBucketClient.AbortUploadsAsync"/>
    /// <remarks>
    /// MinIO lists uploads only for a whole name, so nothing is found there. It discards them itself after a day.
    /// </remarks>
    public async Task AbortBeforeAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await connection.SendAsync(
                (sdk, token) => sdk.ListMultipartUploadsAsync(request, token), cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
            {
                if (upload.Initiated?.ToUniversalTime() < before.UtcDateTime)
                    await AbortAsync(upload.Key, upload.UploadId, cancellationToken);
            }
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true && !string.IsNullOrEmpty(page.NextKeyMarker));
    }

    /// <summary>S3 keeps the connection alive with a 200, and may then report an error.</summary>
    async Task<CompleteMultipartUploadResponse> CompleteAsync(
        AmazonS3Client sdk, CompleteMultipartUploadRequest request, CancellationToken cancellationToken)
    {
        var response = await sdk.CompleteMultipartUploadAsync(request, cancellationToken);
        return string.IsNullOrEmpty(response.ETag)
            ? throw connection.Errors.From(
                HttpStatusCode.InternalServerError, "InternalError", "The upload was not completed.", region: null)
            : response;
    }
}
