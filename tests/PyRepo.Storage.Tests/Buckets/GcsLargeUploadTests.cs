using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Uploads in parts to <see cref="FakeGcsServer"/>.</summary>
public sealed class GcsLargeUploadTests(FakeGcsServer server) : LargeUploadTests, IClassFixture<FakeGcsServer>
{
    protected override IBucketClient CreateClient(string bucket) => new GcsBucketClient(
        new() { Bucket = bucket, Endpoint = server.Endpoint, Credentials = GcsCredentials.None }, Connections);
}
