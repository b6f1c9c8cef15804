using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace PyRepo.Storage.Buckets.S3;

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
