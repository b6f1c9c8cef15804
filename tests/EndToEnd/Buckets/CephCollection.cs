namespace EndToEnd.Buckets;

/// <summary>The tests on Ceph share one, and run while no other test does.</summary>
[CollectionDefinition(nameof(CephCollection), DisableParallelization = true)]
public sealed class CephCollection : ICollectionFixture<Ceph>;
