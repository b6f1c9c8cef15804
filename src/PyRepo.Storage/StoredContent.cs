using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>An object opened for reading. What it reads stays the same even if the key is replaced meanwhile.</summary>
public abstract class StoredContent(StoredObject facts) : IAsyncDisposable
{
    /// <summary>The facts of the version that was opened.</summary>
    public StoredObject Object { get; } = facts;

    /// <summary>The bytes as a local file, where they are one; so that they can be sent without a copy.</summary>
    public virtual SafeFileHandle? LocalFile => null;

    /// <summary>
    /// A stream that starts at an offset. It is the caller's to dispose; the content must outlive it.
    /// </summary>
    public abstract ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
