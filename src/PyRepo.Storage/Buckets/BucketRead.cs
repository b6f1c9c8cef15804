namespace PyRepo.Storage.Buckets;

/// <summary>The part of an object to read, and the conditions.</summary>
public readonly record struct BucketRead
{
    /// <summary>The first byte to read.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes to read at most, or null for all that follow.</summary>
    public long? Count { get; init; }

    /// <summary>Read only if the object still has this version, if given.</summary>
    public VersionTag? Match { get; init; }

    /// <summary>Read only if the object no longer has this version, if given.</summary>
    public VersionTag? NoneMatch { get; init; }

    /// <summary>How long to wait for an answer altogether, or null for the client's own time.</summary>
    public TimeSpan? Timeout { get; init; }
}
