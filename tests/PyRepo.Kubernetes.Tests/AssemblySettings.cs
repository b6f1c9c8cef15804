using PyRepo.Testing.Cluster;

// All tests share an API server, and have a namespace each.
[assembly: AssemblyFixture(typeof(ApiServer))]
