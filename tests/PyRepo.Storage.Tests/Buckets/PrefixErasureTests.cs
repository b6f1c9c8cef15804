using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[Collection(Minio.Collection)]
public sealed class PrefixErasureTests(Minio minio) : IDisposable
{
    readonly TemporaryFolder _scratch = new();
    readonly S3BucketClient _client = new(minio.Settings(S3Service.NewName()));

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        _client.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Everything_below_the_prefix_is_deleted_even_objects_without_a_valid_key()
    {
        await _client.CreateBucketAsync(None);
        await PutAsync(
            "team/format.json", "team/packages/foo/a.whl", "team/folder/", "team/.hidden", "team/a b+c%20d", "team/é",
            "teams/other", "other");
        var erased = await Store("team").EraseAsync(None);
        Assert.Equal((6, false), (erased.Objects, erased.IsBucketDeleted));
        Assert.Equal(["other", "teams/other"], await NamesAsync());
    }

    [Fact]
    public async Task The_bucket_is_deleted_only_if_we_created_it_and_it_is_empty()
    {
        var store = Store("team", create: true);
        await store.PrepareAsync(None);
        await PutAsync("team/format.json", "other");
        Assert.False((await store.EraseAsync(None)).IsBucketDeleted);
        Assert.Equal(["other"], await NamesAsync());

        await _client.DeleteAsync("other", None);
        await _client.DeleteBucketAsync(None);
        await store.PrepareAsync(None);
        await PutAsync("team/format.json");
        Assert.Equal(new ErasedBucket(2, true), await store.EraseAsync(None));
        Assert.False(await store.ExistsAsync(None));
    }

    [Fact]
    public async Task An_interrupted_erasure_resumes()
    {
        var store = Store("team", create: true);
        await store.PrepareAsync(None);
        await PutAsync("team/format.json");
        await _client.DeleteAsync("team/format.json", None);
        Assert.True((await store.EraseAsync(None)).IsBucketDeleted);
    }

    [Fact]
    public async Task Objects_without_a_format_belong_to_another_program()
    {
        await _client.CreateBucketAsync(None);
        Assert.Equal(0, (await Store("team").EraseAsync(None)).Objects);
        await PutAsync("team/.notes");
        var error = await Assert.ThrowsAsync<BucketException>(() => Store("team").EraseAsync(None));
        Assert.Contains("'team/.notes'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["team/.notes"], await NamesAsync());
    }

    [Fact]
    public async Task Replicas_are_found_until_they_leave()
    {
        await _client.CreateBucketAsync(None);
        var server = Store("team");
        Assert.Empty(await server.FindReplicasAsync(None));
        await using var lease = (await server.TryAcquireLeaseAsync(None)).Lease!;
        var finding = Store("team").FindReplicasAsync(None);
        while (!finding.IsCompleted)
        {
            await lease.RenewAsync(None);
            await Task.WhenAny(finding, Task.Delay(200));
        }
        Assert.Equal(["0"], await finding);
        await lease.ReleaseAsync(inOrder: true);
        Assert.Empty(await server.FindReplicasAsync(None));
    }

    BucketStore Store(string prefix, bool create = false) => new(
        _client, prefix, new ScratchFolder(_scratch.Path), new BucketOwnership("bucket", create),
        BucketReplica.Started("0"), TimeProvider.System);

    async Task PutAsync(params string[] names)
    {
        foreach (var name in names)
            await _client.PutAsync(name, new BucketBody(Encoding.UTF8.GetBytes("x")), WriteCondition.None, None);
    }

    async Task<List<string>> NamesAsync()
    {
        var names = new List<string>();
        await foreach (var found in _client.ListAsync("", null, None))
            names.Add(found.Key);
        return names;
    }
}
