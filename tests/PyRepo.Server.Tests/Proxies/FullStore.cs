using PyRepo.Storage;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>A store without room for another byte, until an object is deleted.</summary>
sealed class FullStore(IStore inner) : IStore
{
    bool _isFull = true;

    public ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) =>
        inner.StatAsync(key, cancellationToken);

    public ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        inner.OpenAsync(key, cancellationToken);

    public ValueTask<StagedObject> StageAsync(long? expectedLength, CancellationToken cancellationToken) =>
        IfThereIsRoom().StageAsync(expectedLength, cancellationToken);

    public ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken) =>
        IfThereIsRoom().CommitAsync(staged, key, condition, cancellationToken);

    public ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken) =>
        IfThereIsRoom().AppendAsync(key, bytes, condition, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<string>? skip, Action<SkippedEntry>? skipped, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, skip, skipped, cancellationToken);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        _isFull = false;
        return inner.DeleteAsync(key, cancellationToken);
    }

    IStore IfThereIsRoom() =>
        _isFull ? throw new StoreFullException("There is no room left on the disk.") : inner;
}
