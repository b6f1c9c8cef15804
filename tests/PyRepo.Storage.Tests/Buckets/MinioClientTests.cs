using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[Collection(Minio.Collection)]
public sealed class MinioClientTests(Minio minio) : S3ClientContract(minio);
