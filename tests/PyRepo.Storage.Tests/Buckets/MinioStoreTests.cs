using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[Collection(Minio.Collection)]
public sealed class MinioStoreTests(Minio minio) : BucketStoreContract
{
    protected override async Task<IBucketClient> CreateClientAsync() =>
        new S3BucketClient(await minio.NewBucketAsync());
}
