namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>A bucket to create.</summary>
sealed record GcsNewBucket(string Name, string? Location, GcsBucketAccess IamConfiguration);
