namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>How a bucket may be accessed.</summary>
sealed record GcsBucketAccess(GcsUniformAccess UniformBucketLevelAccess, string PublicAccessPrevention)
{
    /// <summary>Only by permissions for the whole bucket, and never by everybody.</summary>
    public static GcsBucketAccess Private { get; } = new(new(true), "enforced");
}
