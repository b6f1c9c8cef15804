using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests;

/// <summary>The slow tests that share another API server, next to <see cref="ApiServerCollection"/>.</summary>
[CollectionDefinition(ApiServer.SecondCollection)]
public sealed class SecondApiServerCollection : ICollectionFixture<ApiServer>;
