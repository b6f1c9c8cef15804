using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[CollectionDefinition(Minio.Collection)]
public sealed class MinioCollection : ICollectionFixture<Minio>;
