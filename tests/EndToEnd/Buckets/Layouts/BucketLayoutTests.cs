using EndToEnd.Serving.Layouts;

namespace EndToEnd.Buckets.Layouts;

/// <summary>A bucket of each layout that a released server wrote.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class BucketLayoutTests(Minio minio)
{
    [Theory]
    [MemberData(nameof(Layout.Names), MemberType = typeof(Layout))]
    public async Task A_bucket_is_served_changed_and_rolled_back(string name)
    {
        using var folder = new TemporaryFolder();
        var bucket = S3Service.NewName();
        await minio.CreateAsync(bucket);
        await new LayoutTrial(Layout.From(name), new S3Store(minio, bucket), folder, folder.Folder("data")).RunAsync();
    }
}
