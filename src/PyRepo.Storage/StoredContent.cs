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

/// <summary>An object is not there, or was replaced, although the caller had reason to expect it.</summary>
public sealed class ObjectNotFoundException(string message) : IOException(message);

/// <summary>A local file with the bytes of an object.</summary>
/// <param name="file">The file.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="isOwned">Whether the file is closed with this.</param>
public sealed class LocalCopy(SafeFileHandle file, long length, bool isOwned) : IDisposable
{
    /// <summary>Called if the disk cannot read the file.</summary>
    public Action<IOException>? ReadFailed { get; init; }

    /// <summary>Opens a stream over all of the bytes.</summary>
    public FileSectionStream OpenRead() => new(file, 0, length, ReadFailed);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwned)
            file.Dispose();
    }
}

/// <summary>The properties of an object in a store.</summary>
/// <param name="Key">The key.</param>
/// <param name="Length">The size in bytes.</param>
/// <param name="Version">Changes whenever the bytes do.</param>
/// <param name="LastModified">When the bytes last changed, according to the store's clock.</param>
/// <remarks>
/// Two are equal if they are the same version. A bucket tells the time of a write only to the second, and not always
/// the same.
/// </remarks>
public sealed record StoredObject(string Key, long Length, VersionTag Version, DateTimeOffset LastModified)
{
    /// <inheritdoc/>
    public bool Equals(StoredObject? other) =>
        other is not null && (Key, Length, Version) == (other.Key, other.Length, other.Version);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Version);
}
