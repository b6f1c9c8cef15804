using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Azure;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

public sealed class AzureStoreTests(Azurite server) : BucketStoreContract, IClassFixture<Azurite>
{
    protected override async Task<IBucketClient> CreateClientAsync()
    {
        // A new one for each test, so that none finds what another left.
        var bucket = $"test-{Guid.NewGuid():N}"[..20];
        var client = new AzureBucketClient(
            new()
            {
                Container = bucket,
                Endpoint = server.Endpoint,
                Credentials = AzureCredentials.AccountKey(Azurite.Key),
            },
            BucketClientBase.Connections);
        await client.CreateBucketAsync(CancellationToken.None);
        return client;
    }
}
