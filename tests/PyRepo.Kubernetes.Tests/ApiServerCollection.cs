using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests;

/// <summary>The tests that share one real API server.</summary>
[CollectionDefinition(ApiServer.Collection)]
public sealed class ApiServerCollection : ICollectionFixture<ApiServer>;
