namespace EndToEnd.Buckets;

/// <summary>The tests on Garage share one.</summary>
[CollectionDefinition(nameof(GarageCollection), DisableParallelization = true)]
public sealed class GarageCollection : ICollectionFixture<Garage>;
