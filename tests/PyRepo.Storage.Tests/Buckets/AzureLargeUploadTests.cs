using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Azure;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Uploads in parts to <see cref="Azurite"/>.</summary>
public sealed class AzureLargeUploadTests(Azurite server) : LargeUploadTests, IClassFixture<Azurite>
{
    protected override IBucketClient CreateClient(string bucket) => new AzureBucketClient(
        new()
        {
            Container = bucket,
            Endpoint = server.Endpoint,
            Credentials = AzureCredentials.AccountKey(Azurite.Key),
        },
        Connections);
}
