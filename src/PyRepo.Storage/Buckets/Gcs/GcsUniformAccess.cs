namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Whether only permissions for the whole bucket count, and none for single objects.</summary>
sealed record GcsUniformAccess(bool Enabled);
