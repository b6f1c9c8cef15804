using Microsoft.Win32.SafeHandles;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A file opened for sending.</summary>
public abstract class FileContent : IAsyncDisposable
{
    /// <summary>The size in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>
    /// A strong entity tag, including its quotes
    /// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110 §8.8.3</see>).
    /// </summary>
    public required string ETag { get; init; }

    /// <summary>When the bytes were added to the repository.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary>The bytes as a local file, if they are one, so that the server can send them without copying.</summary>
    public virtual SafeFileHandle? LocalFile => null;

    /// <summary>
    /// Notes, as any other failure of the store, that the disk could not read a local file of the bytes.
    /// </summary>
    public virtual void NoteReadFailure(IOException error)
    {
    }

    /// <summary>Returns a URL from which the client may read all of the bytes itself, or null.</summary>
    public virtual Uri? GetRedirect() => null;

    /// <summary>
    /// Waits until all bytes have arrived, so that a stream of them can be read synchronously. Returns false if they
    /// will not arrive, or can only be read as they arrive.
    /// </summary>
    public virtual ValueTask<bool> HasArrivedAsync(CancellationToken cancellationToken) => new(true);

    /// <summary>Opens a stream that starts at an offset. The caller disposes it before the content.</summary>
    public abstract ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
