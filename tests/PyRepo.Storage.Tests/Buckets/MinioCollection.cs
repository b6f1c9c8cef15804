using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Its tests run while no others do: they measure times, and what is allocated.</summary>
[CollectionDefinition(Minio.Collection, DisableParallelization = true)]
public sealed class MinioCollection : ICollectionFixture<Minio>;
