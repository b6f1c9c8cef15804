using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[Collection(Garage.Collection)]
public sealed class GarageClientTests(Garage garage) : S3ClientContract(garage);
