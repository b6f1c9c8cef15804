using PyRepo.Storage;

namespace PyRepo.Testing;

/// <summary>A store that passes everything on to another one, except for what a test overrides.</summary>
public abstract class DelegatingStore(IStore inner) : IStore
{
    protected IStore Inner => inner;

    public virtual StoreTraits Traits => inner.Traits;

    public virtual ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) =>
        inner.StatAsync(key, cancellationToken);

    public virtual ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        inner.OpenAsync(key, cancellationToken);

    public virtual ValueTask<ChangedContent> OpenIfChangedAsync(
        string key, VersionTag version, CancellationToken cancellationToken) =>
        inner.OpenIfChangedAsync(key, version, cancellationToken);

    public virtual ValueTask<StagedObject> StageAsync(
        string? key, long? expectedLength, CancellationToken cancellationToken) =>
        inner.StageAsync(key, expectedLength, cancellationToken);

    public virtual ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.CommitAsync(staged, key, condition, cancellationToken);

    public virtual ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.AppendAsync(key, bytes, condition, cancellationToken);

    public virtual IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, skip, skipped, cancellationToken);

    public virtual ValueTask FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public virtual ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        inner.DeleteAsync(key, cancellationToken);

    public virtual ValueTask<StoreSpace?> GetSpaceAsync(CancellationToken cancellationToken) =>
        inner.GetSpaceAsync(cancellationToken);

    public virtual ValueTask<LeaseAttempt> TryAcquireLeaseAsync(CancellationToken cancellationToken) =>
        inner.TryAcquireLeaseAsync(cancellationToken);

    public virtual ValueTask RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        inner.RemoveLeftoversAsync(before, cancellationToken);
}
