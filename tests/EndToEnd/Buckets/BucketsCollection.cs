namespace EndToEnd.Buckets;

/// <summary>The tests on buckets share a MinIO, and run while no other test does.</summary>
[CollectionDefinition(nameof(BucketsCollection), DisableParallelization = true)]
public sealed class BucketsCollection : ICollectionFixture<Minio>;
