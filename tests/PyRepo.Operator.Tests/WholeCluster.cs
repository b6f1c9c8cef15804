using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests;

/// <summary>
/// The tests whose operators look after all namespaces, or that change what belongs to none: they have an API server of
/// their own, and run one after the other.
/// </summary>
[CollectionDefinition(nameof(WholeCluster))]
public sealed class WholeCluster : ICollectionFixture<ApiServer>;
