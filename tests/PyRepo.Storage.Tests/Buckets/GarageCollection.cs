using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[CollectionDefinition(Garage.Collection)]
public sealed class GarageCollection : ICollectionFixture<Garage>;
