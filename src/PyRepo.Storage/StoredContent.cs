using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>
/// An object opened for reading. Its content does not change, even if the key is replaced in the meantime.
/// </summary>
public abstract class StoredContent(StoredObject opened) : IAsyncDisposable
{
    /// <summary>The properties of the version that was opened.</summary>
    public StoredObject Object { get; } = opened;

    /// <summary>The bytes as a local file, if they are one, so that they can be sent without copying.</summary>
    public virtual SafeFileHandle? LocalFile => null;

    /// <summary>
    /// Notes, as any other failure of the store, that the disk could not read <see cref="LocalFile"/>.
    /// </summary>
    public virtual void NoteReadFailure(IOException error)
    {
    }

    /// <summary>Opens a stream that starts at an offset. The caller disposes it before the content.</summary>
    public abstract ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken);

    /// <summary>Reads all bytes, for an object that is known to be small.</summary>
    /// <exception cref="StoreUnavailableException">It was replaced while it was read, and the rest is gone.</exception>
    public async ValueTask<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[Object.Length];
        await ReadAllAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Reads all bytes into memory of that length.</summary>
    /// <inheritdoc cref="ReadAllAsync(CancellationToken)"/>
    public async ValueTask ReadAllAsync(Memory<byte> bytes, CancellationToken cancellationToken) =>
        await ReadAsync(
            async stream =>
            {
                await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                return bytes.Length;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Reads the bytes piece by piece.</summary>
    /// <inheritdoc cref="ReadAllAsync(CancellationToken)"/>
    public async Task<T> ReadAsync<T>(Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await OpenStreamAsync(0, cancellationToken).ConfigureAwait(false);
            return await read(stream).ConfigureAwait(false);
        }
        catch (ObjectNotFoundException error)
        {
            // It was there: a client must not be told that what it asks for is not.
            throw new StoreUnavailableException("The data changed while they were read. Try again.", error);
        }
    }

    /// <summary>
    /// Opens a stream that can be read from any position, for formats that are read from their end. The caller disposes
    /// it before the content.
    /// </summary>
    public abstract ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Returns a local file with all of the bytes, which is a copy if there is none yet. The caller disposes it before
    /// the content.
    /// </summary>
    public abstract ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
