using System.Collections.Concurrent;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Moving;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>
/// A backup that is being made, as the store that a repository is copied to. Content that the bucket has, from the
/// backup before or from an attempt that was interrupted, is not written again.
/// </summary>
/// <param name="bucket">The bucket of the backups.</param>
/// <param name="previous">The backup before, with its content marked that is there.</param>
/// <param name="young">Content that is there, and that no backup names: of an attempt that was interrupted.</param>
/// <param name="manifest">Receives the objects.</param>
/// <param name="clock">The clock.</param>
sealed class NewBackupStore(
    IStore bucket, BackupIndex previous, IReadOnlySet<Sha256Digest> young, BackupManifestWriter manifest,
    TimeProvider clock) : IStore, IIncrementalTarget
{
    /// <summary>
    /// So many of the keys that were written are known, so that a project that changes meanwhile is not read again.
    /// </summary>
    const int MaxKnownKeys = 50_000;

    /// <summary>
    /// How far the clocks of the repository's store and of this process may differ. What changed within this time of
    /// being copied is copied again.
    /// </summary>
    static readonly TimeSpan _clockSkew = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<Sha256Digest, bool> _written = new();
    readonly ConcurrentDictionary<string, BackupEntry> _keys = new(StringComparer.Ordinal);
    BackupEntry? _format;
    long _added;

    /// <summary>The bytes that the bucket did not have.</summary>
    public long Added => Interlocked.Read(ref _added);

    /// <inheritdoc/>
    public StoreTraits Traits { get; } = new(IsLocal: false, AppendsInPlace: false, HonorsConditions: true);

    /// <summary>
    /// Finds an object in this backup or in the one before. An earlier record is none: a damaged one is copied as it is.
    /// </summary>
    public ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => new(
        StorageLayout.TryParseRecord(key, out _) || StorageLayout.TryParseRecordSegment(key, out _) ? null
        : _keys.TryGetValue(key, out var written) ? BackedUpContent.ToObject(written)
        : previous.FindPresent(key) is { } entry ? BackedUpContent.ToObject(entry) : null);

    /// <inheritdoc/>
    public async ValueTask<bool> TryKeepAsync(
        StoredObject there, Sha256Digest? sha256, CancellationToken cancellationToken)
    {
        if (sha256 is { } expected && there.Version != new VersionTag(expected.ToString()))
            return false;
        if (!_keys.ContainsKey(there.Key) && previous.FindPresent(there.Key) is { } entry)
            await manifest.AddAsync(entry, cancellationToken);
        return true;
    }

    /// <summary>Opens the format, once it is written. A backup has no other objects that are read while it is made.</summary>
    public async ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        key == StorageLayout.Format && _format is { } entry
            ? await BackedUpContent.OpenAsync(bucket, entry, cancellationToken)
            : null;

    /// <inheritdoc/>
    public async ValueTask<StagedObject> StageAsync(
        string? key, long? expectedLength, CancellationToken cancellationToken) =>
        new HashedStagedObject(await bucket.StageAsync(expectedLength, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        var hashed = (HashedStagedObject)staged;
        var entry = new BackupEntry(key, hashed.Sha256, hashed.Length, clock.GetUtcNow() - _clockSkew);
        if (!_written.ContainsKey(entry.Sha256) && !young.Contains(entry.Sha256) && !previous.IsPresent(entry.Sha256))
        {
            await bucket.CommitAsync(
                hashed.Inner, BackupLayout.ContentOf(entry.Sha256), WriteCondition.None, cancellationToken);
            _written[entry.Sha256] = true;
            Interlocked.Add(ref _added, entry.Size);
        }
        await manifest.AddAsync(entry, cancellationToken);
        if (_keys.Count < MaxKnownKeys)
            _keys[key] = entry;
        if (key == StorageLayout.Format)
            _format = entry;
        return BackedUpContent.ToObject(entry);
    }

    /// <summary>Lists nothing: a new backup is empty.</summary>
    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        CancellationToken cancellationToken) => AsyncEnumerable.Empty<StoredObject>();

    /// <inheritdoc/>
    public ValueTask<ChangedContent> OpenIfChangedAsync(
        string key, VersionTag version, CancellationToken cancellationToken) => throw new NotSupportedException();

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
    public ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken) =>
        bucket.GetSpaceAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken) => default;
}
