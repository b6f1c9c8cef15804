using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>
/// Bytes that are being written to a store. They are in a local file that is not yet visible in the store, but can be
/// read during the write. There may be one writer at a time, and any number of readers up to <see cref="Length"/>.
/// </summary>
public abstract class StagedObject : IAsyncDisposable
{
    /// <summary>The number of bytes written so far.</summary>
    public abstract long Length { get; }

    /// <summary>The local file that contains the bytes.</summary>
    public abstract SafeFileHandle LocalFile { get; }

    /// <summary>
    /// Whether the bytes can be had again, so that a commit does not wait until they are durable. After a power cut, the
    /// object may then be gone, or have zeros instead of bytes: whoever reads it must notice.
    /// </summary>
    public bool IsExpendable { get; set; }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="StoreFullException">There is not enough space for the bytes.</exception>
    public abstract ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Starts to make the bytes durable, for which a commit would wait otherwise. Call this when there are no more
    /// bytes, and something else to do before the commit.
    /// </summary>
    public virtual void BeginFlush()
    {
    }

    /// <summary>Discards the bytes unless they were committed.</summary>
    public abstract ValueTask DisposeAsync();
}
