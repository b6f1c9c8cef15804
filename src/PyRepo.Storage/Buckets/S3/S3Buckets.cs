using System.Security;
using System.Text;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Finds, creates and deletes the bucket itself.</summary>
static class S3Buckets
{
    /// <inheritdoc cref="IBucketClient.BucketExistsAsync"/>
    public static async Task<bool> ExistsAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        // A HEAD, which is made for this, cannot tell why not.
        var request = new S3Request(HttpMethod.Get, null) { Query = [("list-type", "2"), ("max-keys", "1")] };
        try
        {
            await connection.SendAsync(request, "ListBucketResult", cancellationToken);
            return true;
        }
        catch (BucketException error) when (error.Code == "NoSuchBucket")
        {
            return false;
        }
    }

    /// <inheritdoc cref="IBucketClient.CreateBucketAsync"/>
    public static async Task<bool> CreateAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        var request = new S3Request(HttpMethod.Put, null);
        // This region is the default, and must not be named.
        if (connection.Settings.Region is not "us-east-1" and var region)
            request = request with { Body = new BucketBody(GetLocation(region)), BodyType = "application/xml" };
        try
        {
            await connection.SendAsync(request, cancellationToken);
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
        try
        {
            await connection.SendAsync(new S3Request(HttpMethod.Delete, null), cancellationToken);
        }
        catch (BucketException error) when (error.Code == "NoSuchBucket")
        {
        }
    }

    static byte[] GetLocation(string region) => Encoding.UTF8.GetBytes(
        """<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"""
        + $"<LocationConstraint>{SecurityElement.Escape(region)}</LocationConstraint></CreateBucketConfiguration>");
}
