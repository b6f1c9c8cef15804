using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Bodies are never in memory as a whole.</summary>
[Collection(Minio.Collection)]
public sealed class S3LargeUploadTests(Minio minio)
{
    const long Length = 200L << 20;
    static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public async Task An_upload_of_200_MiB_takes_a_few_MiB_of_memory()
    {
        using var client = new S3BucketClient(await minio.NewBucketAsync());
        using var folder = new TemporaryFolder();
        using var file = File.OpenHandle(folder["file"], FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, Length);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var upload = await client.BeginUploadAsync("a", _none);
        var count = (int)((Length - 1) / client.PartLength);
        var parts = new string[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = client.MaxConcurrentParts };
        await Parallel.ForAsync(0, count, options, async (index, token) => parts[index] = await client.PutPartAsync(
            "a", upload, index + 1, new BucketBody(file, (long)index * client.PartLength, client.PartLength), token));
        var start = (long)count * client.PartLength;
        var put = await client.CompleteUploadAsync(
            "a", upload, parts, new BucketBody(file, start, Length - start), WriteCondition.Absent, _none);

        // Not the space for two parts, of thirteen.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2 * client.PartLength);
        Assert.Equal(Length, put.Length);
        Assert.Equal(put, await client.HeadAsync("a", _none));
        await client.DeleteAsync("a", _none);
    }
}
