namespace PyRepo.Storage.Buckets;

/// <summary>What a bucket answers to a read.</summary>
public enum BucketReadOutcome
{
    /// <summary>The bytes follow.</summary>
    Found,

    /// <summary>There is no such object.</summary>
    NotFound,

    /// <summary>The object still has the version of <see cref="BucketRead.NoneMatch"/>.</summary>
    Unchanged,

    /// <summary>The object no longer has the version of <see cref="BucketRead.Match"/>.</summary>
    Changed,
}
