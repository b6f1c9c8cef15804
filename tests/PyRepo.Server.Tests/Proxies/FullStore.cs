using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>A store without room for another byte, until an object is deleted.</summary>
sealed class FullStore(IStore inner) : DelegatingStore(inner)
{
    bool _isFull = true;

    public override ValueTask<StagedObject> StageAsync(
        string? key, long? expectedLength, CancellationToken cancellationToken) =>
        IfThereIsRoom().StageAsync(key, expectedLength, cancellationToken);

    public override ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken) =>
        IfThereIsRoom().CommitAsync(staged, key, condition, cancellationToken);

    public override ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken) =>
        IfThereIsRoom().AppendAsync(key, bytes, condition, cancellationToken);

    public override ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        _isFull = false;
        return Inner.DeleteAsync(key, cancellationToken);
    }

    IStore IfThereIsRoom() =>
        _isFull ? throw new StoreFullException("There is no room left on the disk.") : Inner;
}
