using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Bytes on their way to a store, hashed as they come, since their key is their digest.</summary>
/// <param name="inner">The bytes in the store.</param>
sealed class HashedStagedObject(StagedObject inner) : StagedObject
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The bytes in the store.</summary>
    public StagedObject Inner => inner;

    /// <summary>The digest of the bytes so far.</summary>
    public Sha256Digest Sha256 => Sha256Digest.FromBytes(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    public override SafeFileHandle LocalFile => inner.LocalFile;

    /// <inheritdoc/>
    public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        return inner.AppendAsync(bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _hash.Dispose();
        return inner.DisposeAsync();
    }
}

/// <summary>Appends what is written to a staged object.</summary>
sealed class StagedWriteStream(StagedObject staged) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => staged.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => staged.Length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        staged.AppendAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The stream may not occupy a thread while it waits.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
