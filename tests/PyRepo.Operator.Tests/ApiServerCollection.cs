using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests;

/// <summary>The tests that share one API server.</summary>
[CollectionDefinition(ApiServer.Collection)]
public sealed class ApiServerCollection : ICollectionFixture<ApiServer>;
