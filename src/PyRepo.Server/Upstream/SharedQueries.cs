namespace PyRepo.Server.Upstream;

/// <summary>
/// Lets those who ask for the same thing at the same time share one query, which begins after they asked: its answer
/// has all that had been done by then. Who comes while a query runs shares the next one with the others who come.
/// </summary>
/// <param name="query">Queries for a key. It ends by itself, whoever goes away meanwhile.</param>
/// <param name="clock">Measures how long a query runs.</param>
sealed class SharedQueries<TKey, TAnswer>(Func<TKey, Task<TAnswer>> query, TimeProvider clock)
    where TKey : notnull
{
    /// <summary>How long others wait for a query to end before they get their own.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();

    /// <summary>For each key that is being queried, what those get who have come since the query began.</summary>
    readonly Dictionary<TKey, TaskCompletionSource<Task<TAnswer>>?> _next = [];

    /// <summary>Gets the answer of a query that begins after this call.</summary>
    public Task<TAnswer> AskAsync(TKey key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_next.TryGetValue(key, out var next))
            {
                next ??= _next[key] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return next.Task.Unwrap().WaitAsync(cancellationToken);
            }
            _next[key] = null;
        }
        return StartAsync(key).WaitAsync(cancellationToken);
    }

    Task<TAnswer> StartAsync(TKey key)
    {
        var running = query(key);
        _ = GoOnAsync(key, running);
        return running;
    }

    /// <summary>
    /// Starts the next query, if somebody waits for it, once the running one has ended or takes long.
    /// </summary>
    async Task GoOnAsync(TKey key, Task running)
    {
        await running.WaitAsync(_maxWait, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TaskCompletionSource<Task<TAnswer>>? waiting;
        lock (_lock)
        {
            waiting = _next[key];
            if (waiting is null)
                _next.Remove(key);
            else
                _next[key] = null;
        }
        waiting?.SetResult(StartAsync(key));
    }
}
