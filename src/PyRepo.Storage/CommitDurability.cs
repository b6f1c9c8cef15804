namespace PyRepo.Storage;

/// <summary>What a commit waits for, and what a power cut may leave.</summary>
public enum CommitDurability
{
    /// <summary>
    /// The bytes are durable before the key leads to them. A power cut leaves either the object that was there before
    /// or the whole new one.
    /// </summary>
    BytesFirst,

    /// <summary>
    /// Bytes and key become durable together, which takes half the time. A power cut before the commit has completed
    /// may leave a part of the bytes at the key, so nothing may refer to it until then. A commit that fails removes the
    /// key: it must be a new one.
    /// </summary>
    BytesWithKey,

    /// <summary>
    /// The bytes can be had again, so nothing is waited for. After a power cut, the object may be gone, or have zeros
    /// instead of bytes: whoever reads it must notice.
    /// </summary>
    Expendable,
}
