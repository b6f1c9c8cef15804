namespace PyRepo.Storage;

/// <summary>The facts of an object in a store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Version">Changes whenever the bytes do.</param>
/// <param name="LastModified">When the bytes last changed, by the store's clock.</param>
public sealed record StoredObject(string Key, long Length, VersionTag Version, DateTimeOffset LastModified);

/// <summary>An opaque mark of one version of an object: equal tags mean equal bytes.</summary>
public readonly record struct VersionTag(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What a write did: visible now, safe from a power cut once <see cref="Durable"/> completes.</summary>
/// <remarks>The task lets several writes wait for the medium at the same time. It fails as the write would.</remarks>
public readonly record struct Written(StoredObject Object, Task Durable);
