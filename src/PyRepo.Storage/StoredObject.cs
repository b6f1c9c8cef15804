namespace PyRepo.Storage;

/// <summary>The facts of an object in a store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Version">Changes whenever the bytes do.</param>
/// <param name="LastModified">When the bytes last changed, by the store's clock.</param>
public sealed record StoredObject(string Key, long Length, VersionTag Version, DateTimeOffset LastModified);
