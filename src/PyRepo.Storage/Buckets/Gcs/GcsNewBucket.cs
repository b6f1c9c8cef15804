namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>A bucket to create.</summary>
sealed record GcsNewBucket(string Name, string? Location, GcsBucketAccess IamConfiguration);

/// <summary>How a bucket may be accessed.</summary>
sealed record GcsBucketAccess(GcsUniformAccess UniformBucketLevelAccess, string PublicAccessPrevention)
{
    /// <summary>Only by permissions for the whole bucket, and never by everybody.</summary>
    public static GcsBucketAccess Private { get; } = new(new(true), "enforced");
}

/// <summary>Whether only permissions for the whole bucket count, and none for single objects.</summary>
sealed record GcsUniformAccess(bool Enabled);
