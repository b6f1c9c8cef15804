namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Reads how the bucket is configured to keep, lock and delete objects.</summary>
static class ProtectionChecks
{
    const string Unseen = "It cannot be seen: that takes a service of S3, and the right";

    /// <summary>Finds out whether the bucket keeps former versions.</summary>
    public static async Task<CheckOutcome> FindVersioningAsync(
        CheckedBucket bucket, CancellationToken cancellationToken) =>
        (await bucket.Client.FindProtectionAsync(cancellationToken)).KeepsVersions switch
        {
            true => new(
                FindingResult.Note,
                "It is on: what is rewritten or deleted takes room until a lifecycle rule for noncurrent versions "
                + "removes it. Conditions were tried with it."),
            false => new(FindingResult.Ok, "It is off."),
            null => new(FindingResult.Unknown, $"{Unseen} s3:GetBucketVersioning."),
        };

    /// <summary>Finds out whether objects are locked.</summary>
    public static async Task<CheckOutcome> FindObjectLockAsync(
        CheckedBucket bucket, CancellationToken cancellationToken) =>
        (await bucket.Client.FindProtectionAsync(cancellationToken)).ObjectLock switch
        {
            null => new(FindingResult.Unknown, $"{Unseen} s3:GetBucketObjectLockConfiguration."),
            "" => new(FindingResult.Ok, "It is off."),
            { } retention => new(
                FindingResult.Note,
                $"It is on ({retention}), which is right for backups. A repository would keep each version of its "
                + "records."),
        };

    /// <summary>Finds lifecycle rules that empty a repository.</summary>
    public static async Task<CheckOutcome> FindExpirationsAsync(
        CheckedBucket bucket, CancellationToken cancellationToken) =>
        await bucket.Client.FindExpirationsAsync(bucket.Prefix, cancellationToken) switch
        {
            null => new(FindingResult.Unknown, $"{Unseen} s3:GetLifecycleConfiguration."),
            [] => new(FindingResult.Ok, "No rule deletes current objects."),
            { } rules => new(FindingResult.Wrong, $"It empties the repository. {string.Join(' ', rules)}"),
        };
}
