using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>The client on <see cref="FakeGcsServer"/>.</summary>
public sealed class GcsBucketClientTests(FakeGcsServer server) : BucketClientTests, IClassFixture<FakeGcsServer>
{
    protected override IBucketClient CreateClient(string bucket) => new GcsBucketClient(
        new() { Bucket = bucket, Endpoint = server.Endpoint, Credentials = GcsCredentials.None }, Connections);
}
