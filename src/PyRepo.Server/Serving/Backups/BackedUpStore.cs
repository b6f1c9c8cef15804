using System.Runtime.CompilerServices;
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
        index.Find(key) is { } entry ? await BackedUpContent.OpenNamedAsync(bucket, entry, cancellationToken) : null;

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
            if (skip is null || !StoreKey.GetFolders(entry.Key, prefix.Length).Any(folder => skip(folder)))
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
}
