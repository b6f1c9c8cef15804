namespace PyRepo.Storage.Buckets;

/// <summary>How a bucket keeps former versions of its objects.</summary>
/// <param name="KeepsVersions">Whether it keeps them; null if that cannot be seen.</param>
/// <param name="ObjectLock">
/// How long they are locked: <c>GOVERNANCE for 30 days</c>. Empty if nothing is locked, null if that cannot be seen.
/// </param>
public sealed record BucketProtection(bool? KeepsVersions, string? ObjectLock);
