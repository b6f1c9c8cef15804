using EndToEnd.Buckets;

namespace EndToEnd.Examples.OnLaptop;

/// <summary>The example <c>bucket</c>, on a MinIO.</summary>
[Example("bucket")]
public sealed class BucketTests(Minio minio) : IClassFixture<Minio>
{
    [Fact]
    public async Task A_server_without_its_folder_serves_what_is_in_the_bucket_until_that_is_erased()
    {
        var bucket = S3Service.NewName();
        await using var example = new Example("bucket")
            .With("acme-python-packages", bucket)
            .With("http://127.0.0.1:9000", minio.Endpoint.AbsoluteUri.TrimEnd('/'))
            .With("your-key-id", minio.AccessKeyId)
            .With("your-secret-key", minio.SecretAccessKey);
        await example.RunAsync();
        Assert.False(await minio.HasAsync(bucket));
    }
}
