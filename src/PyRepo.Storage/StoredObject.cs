namespace PyRepo.Storage;

/// <summary>The properties of an object in a store.</summary>
/// <param name="Key">The key.</param>
/// <param name="Length">The size in bytes.</param>
/// <param name="Version">Changes whenever the bytes do.</param>
/// <param name="LastModified">When the bytes last changed, according to the store's clock.</param>
public sealed record StoredObject(string Key, long Length, VersionTag Version, DateTimeOffset LastModified);
