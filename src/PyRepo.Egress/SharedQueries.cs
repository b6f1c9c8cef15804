namespace PyRepo.Egress;

/// <summary>
/// Lets those who ask for the same thing at the same time share one query, which begins after they asked: its answer
/// has all that had been done by then. Who comes while a query runs shares the next one with the others who come, as
/// far as they have passed the same proxies.
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
    readonly Dictionary<(TKey Key, PassedProxies Passed), TaskCompletionSource<Task<TAnswer>>?> _next = [];

    /// <summary>Gets the answer of a query that begins after this call.</summary>
    /// <exception cref="UpstreamUnavailableException">
    /// It is asked for too many others who have passed other proxies, as far as they say.
    /// </exception>
    public Task<TAnswer> AskAsync(TKey key, CancellationToken cancellationToken)
    {
        var asked = (key, PassedProxies.Current);
        lock (_lock)
        {
            if (_next.TryGetValue(asked, out var next))
            {
                next ??= _next[asked] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return next.Task.Unwrap().WaitAsync(cancellationToken);
            }
            asked.Current.RefuseIfCrowded(from each in _next.Keys where each.Key.Equals(key) select each.Passed);
            _next[asked] = null;
        }
        return StartAsync(asked).WaitAsync(cancellationToken);
    }

    Task<TAnswer> StartAsync((TKey Key, PassedProxies Passed) asked)
    {
        var running = asked.Passed.StartAsync(() => query(asked.Key));
        _ = DetachedTask.Run(() => GoOnAsync(asked, running));
        return running;
    }

    /// <summary>
    /// Starts the next query, if somebody waits for it, once the running one has ended or takes long.
    /// </summary>
    async Task GoOnAsync((TKey Key, PassedProxies Passed) asked, Task running)
    {
        await running.WaitAsync(_maxWait, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TaskCompletionSource<Task<TAnswer>>? waiting;
        lock (_lock)
        {
            waiting = _next[asked];
            if (waiting is null)
                _next.Remove(asked);
            else
                _next[asked] = null;
        }
        waiting?.SetResult(StartAsync(asked));
    }
}
