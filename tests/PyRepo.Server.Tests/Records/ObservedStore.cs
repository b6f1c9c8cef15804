using PyRepo.Storage;

namespace PyRepo.Server.Tests.Records;

/// <summary>A store in which a test can stop, fail and count appends.</summary>
sealed class ObservedStore(IStore inner) : IStore
{
    int _appends;

    /// <summary>The number of appends.</summary>
    public int Appends => _appends;

    /// <summary>Runs before each append, and may throw instead.</summary>
    public Action<string> BeforeAppend { get; set; } = static _ => { };

    /// <summary>Runs before what others have written is flushed, and may throw instead.</summary>
    public Action BeforeFlush { get; set; } = static () => { };

    /// <summary>The task that each append awaits before it is durable.</summary>
    public Task Medium { get; set; } = Task.CompletedTask;

    public async ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        BeforeAppend(key);
        var written = await inner.AppendAsync(key, bytes, condition, cancellationToken);
        Interlocked.Increment(ref _appends);
        await Medium;
        return written;
    }

    public ValueTask<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) =>
        inner.StatAsync(key, cancellationToken);

    public ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        inner.OpenAsync(key, cancellationToken);

    public ValueTask<StagedObject> StageAsync(long? expectedLength, CancellationToken cancellationToken) =>
        inner.StageAsync(expectedLength, cancellationToken);

    public ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.CommitAsync(staged, key, condition, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<string>? skip, Action<SkippedEntry>? skipped, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, skip, skipped, cancellationToken);

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        BeforeFlush();
        await inner.FlushAsync(cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        inner.DeleteAsync(key, cancellationToken);
}
