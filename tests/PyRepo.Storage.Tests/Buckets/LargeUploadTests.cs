using System.Security.Cryptography;
using PyRepo.Storage.Buckets;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Uploads in parts. They run alone, because one measures what is allocated.</summary>
[Collection(AloneCollection.Name)]
public abstract class LargeUploadTests : BucketClientBase
{
    [Fact]
    public async Task A_hundred_mebibytes_are_sent_and_read_in_flat_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder["large"];
        const int Length = (100 << 20) + 12345;
        await WriteRandomAsync(path, Length);
        await UploadAsync(path, "warm", 3 * Client.PartLength);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var written = await UploadAsync(path, "large", Length);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 12 << 20);
        Assert.Equal(Length, written.Length);
        Assert.Equal(written, await Client.HeadAsync("large", None));

        before = GC.GetTotalAllocatedBytes(precise: true);
        using var response = await Client.GetAsync("large", default, None);
        var hash = await SHA256.HashDataAsync(response.Body);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 12 << 20);
        await using var file = File.OpenRead(path);
        Assert.Equal(await SHA256.HashDataAsync(file), hash);
    }

    [Fact]
    public async Task An_upload_is_invisible_until_it_completes_and_then_under_its_condition()
    {
        var part = new byte[Client.PartLength];
        var (first, firstParts) = await BeginAsync("a", part);
        var (second, secondParts) = await BeginAsync("b", part);
        Assert.Null(await Client.HeadAsync("a", None));
        Assert.Empty(await ListAsync());
        var written = await Client.CompleteUploadAsync("a", first, firstParts, Last, WriteCondition.Absent, None);
        Assert.Equal(part.Length + 4, written.Length);
        Assert.Equal([written], await ListAsync());

        await Client.PutAsync("b", new("short"u8.ToArray()), WriteCondition.None, None);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => Client.CompleteUploadAsync("b", second, secondParts, Last, WriteCondition.Absent, None));
        Assert.Equal(5, (await Client.HeadAsync("b", None))!.Length);
    }

    [Fact]
    public async Task An_upload_replaces_the_version_that_it_names()
    {
        var part = new byte[Client.PartLength];
        var old = await Client.PutAsync("a", new("old"u8.ToArray()), WriteCondition.None, None);
        var (stale, staleParts) = await BeginAsync("a", part);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => Client.CompleteUploadAsync("a", stale, staleParts, Last, WriteCondition.Absent, None));
        var (upload, parts) = await BeginAsync("a", part);
        var written = await Client.CompleteUploadAsync(
            "a", upload, parts, Last, WriteCondition.Match(old.Version), None);
        Assert.Equal(part.Length + 4, written.Length);
        (upload, parts) = await BeginAsync("a", part);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => Client.CompleteUploadAsync("a", upload, parts, Last, WriteCondition.Match(old.Version), None));
        (upload, parts) = await BeginAsync("a", part);
        Assert.NotEqual(
            written, await Client.CompleteUploadAsync("a", upload, parts, Last, WriteCondition.None, None));
    }

    [Fact]
    public async Task An_upload_that_is_discarded_leaves_nothing()
    {
        var (upload, _) = await BeginAsync("a", new byte[Client.PartLength]);
        await Client.AbortUploadAsync("a", upload, None);
        await Client.AbortUploadAsync("a", upload, None);
        await Client.AbortUploadsAsync("", DateTimeOffset.UtcNow, None);
        Assert.Empty(await ListAsync());
        Assert.Null(await Client.HeadAsync("a", None));
    }

    static BucketBody Last => new("last"u8.ToArray());

    async Task<(string Upload, string[] Parts)> BeginAsync(string name, byte[] part)
    {
        var upload = await Client.BeginUploadAsync(name, None);
        return (upload, [await Client.PutPartAsync(name, upload, 1, new(part), None)]);
    }

    async Task<StoredObject> UploadAsync(string path, string name, long length)
    {
        using var file = File.OpenHandle(path);
        var upload = await Client.BeginUploadAsync(name, None);
        var count = (int)((length - 1) / Client.PartLength);
        var parts = new string[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Client.MaxConcurrentParts },
            async (n, _) => parts[n] = await Client.PutPartAsync(
                name, upload, n + 1, new(file, (long)n * Client.PartLength, Client.PartLength), None));
        var start = (long)count * Client.PartLength;
        return await Client.CompleteUploadAsync(
            name, upload, parts, new(file, start, length - start), WriteCondition.Absent, None);
    }

    static async Task WriteRandomAsync(string path, int length)
    {
        await using var file = File.Create(path);
        var bytes = new byte[1 << 20];
        for (var left = length; left > 0; left -= bytes.Length)
        {
            Random.Shared.NextBytes(bytes);
            await file.WriteAsync(bytes.AsMemory(0, Math.Min(left, bytes.Length)));
        }
    }
}
