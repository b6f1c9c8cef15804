namespace PyRepo.Storage.Buckets;

/// <summary>The result of an erasure.</summary>
/// <param name="Objects">The number of objects that were deleted.</param>
/// <param name="IsBucketDeleted">Whether the bucket was deleted, too.</param>
public readonly record struct ErasedBucket(long Objects, bool IsBucketDeleted);
