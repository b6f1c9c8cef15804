using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[Collection(Ceph.Collection)]
public sealed class CephStoreTests(Ceph ceph) : BucketStoreContract
{
    protected override async Task<IBucketClient> CreateClientAsync() =>
        new S3BucketClient(await ceph.NewBucketAsync());
}
