namespace PyRepo.Storage;

/// <summary>The properties of an object in a store.</summary>
/// <param name="Key">The key.</param>
/// <param name="Length">The size in bytes.</param>
/// <param name="Version">Changes whenever the bytes do.</param>
/// <param name="LastModified">When the bytes last changed, according to the store's clock.</param>
/// <remarks>
/// Two are equal if they are the same version. A bucket tells the time of a write only to the second, and not always
/// the same.
/// </remarks>
public sealed record StoredObject(string Key, long Length, VersionTag Version, DateTimeOffset LastModified)
{
    /// <inheritdoc/>
    public bool Equals(StoredObject? other) =>
        other is not null && (Key, Length, Version) == (other.Key, other.Length, other.Version);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Version);
}
