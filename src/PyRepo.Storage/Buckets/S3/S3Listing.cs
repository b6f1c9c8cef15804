using System.Globalization;
using System.Runtime.CompilerServices;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Lists objects, a thousand with each request.</summary>
static class S3Listing
{
    /// <inheritdoc cref="IBucketClient.ListAsync"/>
    public static async IAsyncEnumerable<StoredObject> ListAsync(
        S3Connection connection, string prefix, string? startAfter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await connection.SendAsync(
                CreateRequest(prefix, startAfter, token), "ListBucketResult", cancellationToken);
            var isEncoded = page["EncodingType"] == "url";
            foreach (var item in page.GetItems("Contents"))
            {
                yield return Read(item, isEncoded)
                    ?? throw connection.Errors.NotS3("a listing of objects without their properties");
            }
            var next = page["IsTruncated"] == "true" ? page["NextContinuationToken"] ?? "" : null;
            if (next is "" || (next is not null && next == token))
                throw connection.Errors.NotS3("a part of a listing without the way to the next");
            token = next;
        }
        while (token is not null);
    }

    /// <summary>XML has no control characters, which names of others may have, so names are encoded.</summary>
    static S3Request CreateRequest(string prefix, string? startAfter, string? token) => new(HttpMethod.Get, null)
    {
        Query =
        [
            ("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix), ("start-after", startAfter),
            ("continuation-token", token),
        ],
    };

    static StoredObject? Read(IReadOnlyDictionary<string, string> item, bool isEncoded)
    {
        if (!item.TryGetValue("Key", out var name) || !item.TryGetValue("ETag", out var tag)
            || !long.TryParse(item.GetValueOrDefault("Size", "0"), CultureInfo.InvariantCulture, out var length))
        {
            return null;
        }
        var time = S3Tag.ParseTime(item.GetValueOrDefault("LastModified")) ?? DateTimeOffset.UnixEpoch;
        return new(isEncoded ? Decode(name) : name, length, S3Tag.Parse(tag), S3Tag.Truncate(time));
    }

    /// <summary>A space is a plus on most services, and a plus is never left as it is.</summary>
    static string Decode(string name) => Uri.UnescapeDataString(name.Replace('+', ' '));
}
