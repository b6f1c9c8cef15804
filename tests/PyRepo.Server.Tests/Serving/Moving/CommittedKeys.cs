using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Moving;

/// <summary>A store that tells in which order keys were committed, and fails when a test wants that.</summary>
sealed class CommittedKeys(IStore inner) : DelegatingStore(inner)
{
    readonly List<string> _keys = [];

    /// <summary>The keys that were committed, in order.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_keys)
                return [.. _keys];
        }
    }

    /// <summary>Runs before each commit, and may throw instead.</summary>
    public Func<string, Task> BeforeCommit { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs before something is read, and may throw instead.</summary>
    public Action<string> BeforeOpen { get; set; } = static _ => { };

    public override ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        BeforeOpen(key);
        return base.OpenAsync(key, cancellationToken);
    }

    public override async ValueTask<StoredObject> CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        await BeforeCommit(key);
        var committed = await Inner.CommitAsync(staged, key, condition, cancellationToken);
        lock (_keys)
            _keys.Add(key);
        return committed;
    }
}
