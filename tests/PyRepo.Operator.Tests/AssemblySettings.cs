using PyRepo.Testing.Cluster;

// All tests share an API server, but for those of WholeCluster, and have a namespace each.
[assembly: AssemblyFixture(typeof(ApiServer))]

// They wait for API servers and clocks most of the time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
