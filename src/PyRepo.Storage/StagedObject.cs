using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>
/// Bytes that are being written to a store. They are in a local file that is not yet visible in the store, but can be
/// read during the write. There may be one writer at a time, and any number of readers up to <see cref="Length"/>.
/// </summary>
public abstract class StagedObject : IAsyncDisposable
{
    /// <summary>The key that the bytes will probably be committed to, if it is known.</summary>
    public string? Key { get; init; }

    /// <summary>The number of bytes written so far.</summary>
    public abstract long Length { get; }

    /// <summary>The local file that contains the bytes.</summary>
    public abstract SafeFileHandle LocalFile { get; }

    /// <summary>The durability that a commit of these bytes waits for.</summary>
    public CommitDurability Durability { get; set; }

    /// <summary>
    /// Notes, as any other failure of the store, that the disk could not read <see cref="LocalFile"/>.
    /// </summary>
    public virtual void NoteReadFailure(IOException error)
    {
    }

    /// <summary>Reads bytes that were appended. Returns how many.</summary>
    public virtual int Read(Span<byte> buffer, long offset) => RandomAccess.Read(LocalFile, buffer, offset);

    /// <summary>
    /// Opens a stream over the bytes that were appended so far. If the disk cannot read them again, that is noted as any
    /// other failure of the store.
    /// </summary>
    public Stream OpenRead() => new StagedStream(this);

    /// <summary>Appends bytes.</summary>
    /// <exception cref="StoreFullException">There is not enough space for the bytes.</exception>
    public abstract ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Discards the bytes unless they were committed.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>The durability that a commit waits for, and what a power cut may leave.</summary>
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
