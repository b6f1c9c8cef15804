namespace PyRepo.Server.Access;

/// <summary>The recent failures of many clients. It forgets those with the fewest when they become too many.</summary>
/// <param name="interval">After this time, one failure of a client is forgotten.</param>
/// <param name="clock">The clock.</param>
/// <typeparam name="TClient">The key that tells clients apart.</typeparam>
sealed class FailureCounts<TClient>(TimeSpan interval, TimeProvider clock)
    where TClient : notnull
{
    const int MaxClients = 4096;
    readonly Lock _lock = new();
    readonly Dictionary<TClient, FailureCount> _counts = [];

    /// <summary>Returns the recent failures of a client.</summary>
    public double GetCount(TClient client)
    {
        lock (_lock)
            return _counts.GetValueOrDefault(client).Now(interval, clock);
    }

    /// <summary>Counts a failure.</summary>
    public void Add(TClient client)
    {
        lock (_lock)
        {
            _counts[client] = _counts.GetValueOrDefault(client).Add(interval, clock);
            if (_counts.Count > MaxClients)
                RemoveLowest();
        }
    }

    /// <summary>Counts a failure, unless the client has a number of them already.</summary>
    public bool TryAdd(TClient client, int max)
    {
        lock (_lock)
        {
            if (GetCount(client) > max - 1)
                return false;
            Add(client);
            return true;
        }
    }

    /// <summary>Returns how long it takes until a client has fewer failures than a number of them.</summary>
    public TimeSpan GetWait(TClient client, int max) => Math.Max(0, GetCount(client) - (max - 1)) * interval;

    /// <summary>Takes back a failure that was none.</summary>
    public void Remove(TClient client)
    {
        lock (_lock)
        {
            if (_counts.TryGetValue(client, out var count))
                _counts[client] = count.Remove(interval, clock);
        }
    }

    void RemoveLowest()
    {
        foreach (var (client, _) in _counts.OrderBy(c => c.Value.Now(interval, clock)).Take(MaxClients / 4).ToList())
            _counts.Remove(client);
    }
}

/// <summary>Counts failures, and forgets one of them each time an interval passes.</summary>
/// <param name="Level">The count at that time.</param>
/// <param name="At">The clock's timestamp.</param>
readonly record struct FailureCount(double Level, long At)
{
    /// <summary>Returns the count now.</summary>
    public double Now(TimeSpan interval, TimeProvider clock) =>
        Math.Max(0, Level - (clock.GetElapsedTime(At) / interval));

    /// <summary>Counts one less.</summary>
    public FailureCount Remove(TimeSpan interval, TimeProvider clock) =>
        new(Math.Max(0, Now(interval, clock) - 1), clock.GetTimestamp());

    /// <summary>Counts one more failure.</summary>
    public FailureCount Add(TimeSpan interval, TimeProvider clock) =>
        new(Now(interval, clock) + 1, clock.GetTimestamp());
}
