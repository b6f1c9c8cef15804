namespace PyRepo.Storage.Buckets;

/// <summary>Makes sure that a bucket is there, and that it may be used.</summary>
/// <param name="bucket">The bucket's name, for messages.</param>
/// <param name="create">Whether to create it.</param>
/// <param name="field">The field of the spec that describes it, for messages.</param>
public sealed class BucketOwnership(string bucket, bool create, string field = "spec.storage.bucket")
{
    /// <summary>The object that says that PyRepo created the bucket, and may delete it again.</summary>
    public const string CreatedMarker = "created-bucket.json";

    /// <summary>The object without which nothing below the prefix is PyRepo's.</summary>
    internal const string Format = "format.json";

    /// <param name="client">The bucket.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="wasUsed">Whether PyRepo used the bucket before, although its format may be gone.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    internal async Task PrepareAsync(
        IBucketClient client, string prefix, Func<CancellationToken, Task<bool>> wasUsed,
        CancellationToken cancellationToken)
    {
        if (!await client.BucketExistsAsync(cancellationToken))
        {
            if (!create)
            {
                throw new BucketException("NoSuchBucket",
                    $"There is no bucket '{bucket}'. Create it, or set {field}.create to true.");
            }
            if (await client.CreateBucketAsync(cancellationToken))
                await MarkCreatedAsync(client, prefix, cancellationToken);
            return;
        }
        if (create && !await wasUsed(cancellationToken))
            await RequireOwnAsync(client, prefix, cancellationToken);
    }

    /// <summary>Writes down that PyRepo created the bucket.</summary>
    internal static Task MarkCreatedAsync(
        IBucketClient client, string prefix, CancellationToken cancellationToken) => client.PutAsync(
            prefix + CreatedMarker, new BucketBody("{}"u8.ToArray()), WriteCondition.None, cancellationToken);

    /// <summary>Throws if the bucket has objects, but none of PyRepo's.</summary>
    async Task RequireOwnAsync(IBucketClient client, string prefix, CancellationToken cancellationToken)
    {
        if (await client.HeadAsync(prefix + Format, cancellationToken) is not null)
            return;
        await foreach (var found in client.ListAsync("", null, cancellationToken))
        {
            if (found.Key.StartsWith(prefix + LeaseDocument.Folder, StringComparison.Ordinal)
                || found.Key == prefix + CreatedMarker)
            {
                continue;
            }
            throw new BucketException("BucketNotEmpty",
                $"The bucket '{bucket}' was there before, and is not empty: it has '{found.Key}'. "
                + $"With {field}.create, only an empty bucket is used. Choose another name, or remove "
                + "create to use the bucket as it is.");
        }
    }
}
