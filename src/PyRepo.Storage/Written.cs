namespace PyRepo.Storage;

/// <summary>What a write did: visible now, safe from a power cut once <see cref="Durable"/> completes.</summary>
/// <remarks>The task lets several writes wait for the medium at the same time. It fails as the write would.</remarks>
public readonly record struct Written(StoredObject Object, Task Durable);
