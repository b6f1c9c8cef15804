using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

public sealed class GcsStoreTests(FakeGcsServer server) : BucketStoreContract, IClassFixture<FakeGcsServer>
{
    protected override async Task<IBucketClient> CreateClientAsync()
    {
        // A new one for each test, so that none finds what another left.
        var bucket = $"test-{Guid.NewGuid():N}"[..20];
        var client = new GcsBucketClient(
            new()
            {
                Bucket = bucket,
                Endpoint = server.Endpoint,
                Credentials = GcsCredentials.None,
            },
            BucketClientBase.Connections);
        await client.CreateBucketAsync(CancellationToken.None);
        return client;
    }
}
