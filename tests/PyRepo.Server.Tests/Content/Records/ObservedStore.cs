using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A store in which a test can stop, fail and count appends.</summary>
sealed class ObservedStore(IStore inner) : DelegatingStore(inner)
{
    int _appends;

    /// <summary>The number of appends.</summary>
    public int Appends => _appends;

    /// <summary>How many objects were opened without a look whether they have changed.</summary>
    public int Opened { get; private set; }

    /// <summary>Runs before each object is opened without such a look, and may throw instead.</summary>
    public Action<string> BeforeOpen { get; set; } = static _ => { };

    /// <summary>Runs after each look for an object that there was not.</summary>
    public Func<string, Task> AfterNotFound { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs before each append, and may throw instead.</summary>
    public Action<string> BeforeAppend { get; set; } = static _ => { };

    /// <summary>Runs before what others have written is flushed, and may throw instead.</summary>
    public Action BeforeFlush { get; set; } = static () => { };

    /// <summary>Runs before each deletion, and may throw instead.</summary>
    public Action<string> BeforeDelete { get; set; } = static _ => { };

    /// <summary>Runs before each listing, and may throw instead.</summary>
    public Action BeforeList { get; set; } = static () => { };

    /// <summary>The task that each append awaits before it is durable.</summary>
    public Task Medium { get; set; } = Task.CompletedTask;

    public override async ValueTask<StoredObject> AppendAsync(
        string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellationToken)
    {
        BeforeAppend(key);
        var written = await Inner.AppendAsync(key, bytes, condition, cancellationToken);
        Interlocked.Increment(ref _appends);
        await Medium;
        return written;
    }

    public override async ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        BeforeOpen(key);
        Opened++;
        var found = await Inner.OpenAsync(key, cancellationToken);
        if (found is null)
            await AfterNotFound(key);
        return found;
    }

    public override IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
        CancellationToken cancellationToken)
    {
        BeforeList();
        return Inner.ListAsync(prefix, skip, skipped, cancellationToken);
    }

    public override ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        BeforeDelete(key);
        return Inner.DeleteAsync(key, cancellationToken);
    }

    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        BeforeFlush();
        await Inner.FlushAsync(cancellationToken);
    }
}
