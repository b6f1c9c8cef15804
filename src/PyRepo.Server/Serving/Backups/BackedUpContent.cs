using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>The content of an object of a backup: read to its end, it is what was backed up, or an error.</summary>
sealed class BackedUpContent(StoredContent inner, BackupEntry entry) : StoredContent(ToObject(entry))
{
    /// <summary>Opens a content. Returns null if it is missing, or has another length.</summary>
    public static async Task<BackedUpContent?> OpenAsync(
        IStore bucket, BackupEntry entry, CancellationToken cancellationToken)
    {
        var content = await bucket.OpenAsync(BackupLayout.ContentOf(entry.Sha256), cancellationToken);
        if (content is null || content.Object.Length == entry.Size)
            return content is null ? null : new BackedUpContent(content, entry);
        await content.DisposeAsync();
        return null;
    }

    /// <summary>Opens a content. One that is missing fails when it is read, as a damaged one does.</summary>
    public static async Task<StoredContent> OpenNamedAsync(
        IStore bucket, BackupEntry entry, CancellationToken cancellationToken) =>
        await OpenAsync(bucket, entry, cancellationToken) ?? (StoredContent)new Missing(entry);

    /// <summary>The object that an entry describes.</summary>
    public static StoredObject ToObject(BackupEntry entry) => new(
        entry.Key, entry.Size, new VersionTag(entry.Sha256.ToString()), entry.Copied);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Only the whole can be verified.</exception>
    public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        offset == 0
            ? new VerifiedStream(await inner.OpenStreamAsync(0, cancellationToken), entry)
            : throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>A content that the manifest names, and the bucket does not have.</summary>
    sealed class Missing(BackupEntry entry) : StoredContent(ToObject(entry))
    {
        InvalidDataException Error => new($"The backup's content of '{entry.Key}' is missing.");

        /// <inheritdoc/>
        public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
            throw Error;

        /// <inheritdoc/>
        public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
            throw Error;

        /// <inheritdoc/>
        public override ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken) => throw Error;

        /// <inheritdoc/>
        public override ValueTask DisposeAsync() => default;
    }

    /// <summary>Reads a content, and fails instead of giving its last bytes if it is not what it should be.</summary>
    sealed class VerifiedStream(Stream inner, BackupEntry entry) : AsyncForwardStream
    {
        readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long _left = entry.Size;

        /// <inheritdoc/>
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 || buffer.IsEmpty)
                return 0;
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            _left -= read;
            if ((read == 0 || _left == 0) && Sha256Digest.FromBytes(_hash.GetCurrentHash()) != entry.Sha256)
                throw new InvalidDataException($"The backup's content of '{entry.Key}' is damaged.");
            return read;
        }

        /// <inheritdoc/>
        public override async ValueTask DisposeAsync()
        {
            _hash.Dispose();
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
