using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>
/// A backup as the store that it was made from. It can only be read, and what is read from it is verified: a content
/// that is not what the manifest says ends in <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="bucket">The bucket of the backups.</param>
/// <param name="index">The objects of the backup.</param>
sealed class BackedUpStore(IStore bucket, BackupIndex index) : IStore
{
    /// <summary>
    /// Records of a folder have no segments, and are read line by line; those of a bucket are short.
    /// </summary>
    public StoreTraits Traits { get; } = new(
        IsLocal: false,
        AppendsInPlace: !index.Below(StorageLayout.Projects).Any(
            entry => StorageLayout.TryParseRecordSegment(entry.Key, out _)),
        HonorsConditions: true);

    /// <inheritdoc/>
    public ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) =>
        new(index.Find(key) is { } entry ? BackedUpContent.ToObject(entry) : null);

    /// <inheritdoc/>
    public async ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        index.Find(key) is { } entry ? await BackedUpContent.OpenAsync(bucket, entry, cancellationToken) : null;

    /// <inheritdoc/>
    public async ValueTask<ChangedContent> OpenIfChangedAsync(
        string key, VersionTag version, CancellationToken cancellationToken) =>
        index.Find(key) is { } entry && BackedUpContent.ToObject(entry).Version == version
            ? ChangedContent.Unchanged
            : new ChangedContent(false, await OpenAsync(key, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var entry in index.Below(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (skip is null || !IsBelowSkipped(entry.Key, prefix.Length, skip))
                yield return BackedUpContent.ToObject(entry);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StagedObject> StageAsync(
        string? key, long? expectedLength, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken) => new((StoreSpace?)null);

    /// <inheritdoc/>
    public ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken) => default;

    static bool IsBelowSkipped(string key, int from, Predicate<ReadOnlySpan<char>> skip)
    {
        for (var slash = key.IndexOf('/', from); slash >= 0; slash = key.IndexOf('/', slash + 1))
        {
            if (skip(key.AsSpan(0, slash + 1)))
                return true;
        }
        return false;
    }
}

/// <summary>The content of an object of a backup. Whoever reads it to its end gets what was backed up, or an error.</summary>
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
