using Microsoft.Win32.SafeHandles;

namespace PyRepo.Server.Repositories;

/// <summary>A file opened for sending.</summary>
public abstract class FileContent : IAsyncDisposable
{
    /// <summary>Its size in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>A strong entity tag, with its quotes (RFC 9110 §8.8.3).</summary>
    public required string ETag { get; init; }

    /// <summary>When the bytes came into the repository.</summary>
    public required DateTimeOffset LastModified { get; init; }

    /// <summary>The bytes as a local file, where they are one, so that the edge can send it without a copy.</summary>
    public virtual SafeFileHandle? LocalFile => null;

    /// <summary>A stream that starts at an offset; the caller disposes it before the content.</summary>
    public abstract ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
