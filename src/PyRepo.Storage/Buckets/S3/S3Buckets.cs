using Amazon.S3;
using Amazon.S3.Model;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Finds, creates and deletes the bucket itself.</summary>
static class S3Buckets
{
    /// <inheritdoc cref="IBucketClient.BucketExistsAsync"/>
    public static Task<bool> ExistsAsync(S3Connection connection, CancellationToken cancellationToken) =>
        Retries.RunAsync(token => ExistsOnceAsync(connection, token), cancellationToken);

    static async Task<bool> ExistsOnceAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        // A HEAD, which is made for this, cannot tell why not, and the SDK does not tell the bucket's region.
        using var request = await connection.CreateRequestAsync(HttpMethod.Get, "", "?list-type=2&max-keys=1");
        using var response = await connection.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
            return true;
        var error = await S3ErrorDocument.ReadAsync(response, cancellationToken);
        return error.Code == "NoSuchBucket"
            ? false
            : throw connection.Errors.From(response.StatusCode, error.Code, error.Message, error.Region);
    }

    /// <inheritdoc cref="IBucketClient.CreateBucketAsync"/>
    public static async Task<bool> CreateAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        var settings = connection.Settings;
        var request = new PutBucketRequest { BucketName = settings.Bucket, UseClientRegion = false };
        // This region is the default, and must not be named.
        if (settings.Region != "us-east-1")
            request.BucketRegionName = settings.Region;
        try
        {
            await connection.SendAsync((sdk, token) => sdk.PutBucketAsync(request, token), cancellationToken);
            return true;
        }
        catch (BucketException error) when (error.Code is "BucketAlreadyExists" or "BucketAlreadyOwnedByYou")
        {
            return false;
        }
    }

    /// <inheritdoc cref="IBucketClient.DeleteBucketAsync"/>
    public static async Task DeleteAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        var request = new DeleteBucketRequest { BucketName = connection.Settings.Bucket };
        try
        {
            await connection.SendAsync((sdk, token) => sdk.DeleteBucketAsync(request, token), cancellationToken);
        }
        catch (BucketException error) when (error.Code == "NoSuchBucket")
        {
        }
    }
}
