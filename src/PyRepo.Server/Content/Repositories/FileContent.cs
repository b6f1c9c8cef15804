using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PyRepo.Storage;

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

/// <summary>A small file in memory.</summary>
sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : FileContent
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(MemoryMarshal.TryGetArray(bytes[(int)offset..], out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes[(int)offset..].ToArray(), writable: false));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A distribution in the store, opened for sending.</summary>
sealed class StoredFileContent : FileContent
{
    /// <summary>How long a client has to begin a download to which it was redirected.</summary>
    static readonly TimeSpan _redirectValidity = TimeSpan.FromMinutes(10);

    readonly StoredContent _content;
    readonly string _key;
    readonly IStore? _redirects;
    readonly Action? _released;

    /// <param name="content">The bytes. They are disposed with this.</param>
    /// <param name="file">The distribution that they are.</param>
    /// <param name="redirects">The store, if clients are to read from there.</param>
    /// <param name="released">Called when this is disposed.</param>
    [SetsRequiredMembers]
    public StoredFileContent(
        StoredContent content, Distribution file, IStore? redirects, Action? released = null)
    {
        (_content, _key, _redirects, _released) = (content, file.Location, redirects, released);
        Length = file.Size!.Value;
        ETag = $"\"{file.Sha256}\"";
        LastModified = file.UploadedAt!.Value;
    }

    public override Uri? GetRedirect() => _redirects?.Presign(_key, _redirectValidity);

    public override SafeFileHandle? LocalFile => _content.LocalFile;

    public override void NoteReadFailure(IOException error) => _content.NoteReadFailure(error);

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        _content.OpenStreamAsync(offset, cancellationToken);

    public override ValueTask DisposeAsync()
    {
        _released?.Invoke();
        return _content.DisposeAsync();
    }
}
