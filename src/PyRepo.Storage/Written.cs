namespace PyRepo.Storage;

/// <summary>
/// The result of a write. The object is visible now, and survives a power failure once <see cref="Durable"/> completes.
/// </summary>
/// <remarks>
/// The task allows several writes to wait for the medium at the same time. It fails as the write would.
/// </remarks>
public readonly record struct Written(StoredObject Object, Task Durable);
