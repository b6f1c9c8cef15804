namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The pod or machine asks.</summary>
sealed record GcsIdentity : GcsCredentials;
