using PyRepo.Storage.Buckets.S3;

namespace PyRepo.Testing.Buckets;

/// <summary>Buckets of a service, for tests of the client.</summary>
public static class S3ServiceBuckets
{
    /// <summary>Settings for a bucket, which may not be there.</summary>
    public static S3Settings Settings(this S3Service service, string bucket) => new()
    {
        Bucket = bucket,
        Endpoint = service.Endpoint,
        Region = service.Region,
        Credentials = new ReplaceableCredentials(service.AccessKeyId, service.SecretAccessKey),
    };

    /// <summary>Creates a bucket with a random name, and returns the settings for it.</summary>
    public static async Task<S3Settings> NewBucketAsync(this S3Service service)
    {
        var settings = service.Settings(S3Service.NewName());
        using var client = new S3BucketClient(settings);
        return await client.CreateBucketAsync(CancellationToken.None)
            ? settings
            : throw new InvalidOperationException(
                $"{service.Endpoint} did not create the bucket '{settings.Bucket}'.");
    }
}
