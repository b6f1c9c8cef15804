namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The document of an error.</summary>
sealed record GcsErrorDocument(GcsErrorDetails? Error);
