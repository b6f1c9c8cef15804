using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[CollectionDefinition(Ceph.Collection)]
public sealed class CephCollection : ICollectionFixture<Ceph>;
