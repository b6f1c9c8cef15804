namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The header of what a service account signs.</summary>
sealed record GcsJwtHeader(string Alg, string Typ, string Kid);
