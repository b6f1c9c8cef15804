using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests;

/// <summary>The slow tests that share a third API server, next to <see cref="SecondApiServerCollection"/>.</summary>
[CollectionDefinition(ApiServer.ThirdCollection)]
public sealed class ThirdApiServerCollection : ICollectionFixture<ApiServer>;
