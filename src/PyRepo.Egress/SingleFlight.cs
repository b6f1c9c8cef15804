namespace PyRepo.Egress;

/// <summary>
/// Does the same work once for all who ask for it meanwhile. It goes on when they leave. It depends on its key and on
/// the proxies that a request has passed, and on nothing else of who asks: whoever passed others gets work of its own.
/// </summary>
sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    readonly Lock _lock = new();
    Dictionary<(TKey Key, PassedProxies Passed), Task<TResult>>? _running;

    /// <summary>Whether nothing is being done.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _running is null;
        }
    }

    /// <summary>Joins the work for a key, or starts it.</summary>
    /// <exception cref="UpstreamUnavailableException">
    /// It is being done for too many others who have passed other proxies, as far as they say.
    /// </exception>
    public Task<TResult> JoinAsync(TKey key, Func<Task<TResult>> work)
    {
        var flight = (key, PassedProxies.Current);
        lock (_lock)
        {
            _running ??= [];
            if (_running.TryGetValue(flight, out var running))
                return running;
            flight.Current.RefuseIfCrowded(from each in _running.Keys where each.Key.Equals(key) select each.Passed);
            return _running[flight] = flight.Current.StartAsync(() => RunAsync(flight, work));
        }
    }

    async Task<TResult> RunAsync((TKey Key, PassedProxies Passed) flight, Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            lock (_lock)
            {
                _running!.Remove(flight);
                if (_running.Count == 0)
                    _running = null;
            }
        }
    }
}
