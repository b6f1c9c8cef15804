using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>
/// Bytes on their way into a store: a local file that may be read while it is written, and that nobody else sees.
/// One writer at a time; any number of readers up to <see cref="Length"/>.
/// </summary>
public abstract class StagedObject : IAsyncDisposable
{
    /// <summary>Bytes written so far.</summary>
    public abstract long Length { get; }

    /// <summary>The local file that holds them.</summary>
    public abstract SafeFileHandle LocalFile { get; }

    /// <summary>Writes at the end.</summary>
    /// <exception cref="StoreFullException">There is no room for them.</exception>
    public abstract ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Drops the bytes unless they were committed.</summary>
    public abstract ValueTask DisposeAsync();
}
