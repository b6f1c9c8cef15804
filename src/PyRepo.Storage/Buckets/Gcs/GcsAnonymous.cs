namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Nobody asks.</summary>
sealed record GcsAnonymous : GcsCredentials;
