namespace PyRepo.Kubernetes.Events;

/// <summary>
/// Lets 25 events of one object pass, and then one every five minutes (client-go's EventSourceObjectSpamFilter).
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class SpamFilter(TimeProvider clock, int capacity)
{
    const double Burst = 25;
    static readonly TimeSpan _refill = TimeSpan.FromSeconds(300);

    readonly LruCache<string, (double Tokens, long At)> _objects = new(capacity);

    public bool Passes(string regarding)
    {
        var now = clock.GetTimestamp();
        var tokens = _objects.TryGet(regarding, out var known)
            ? Math.Min(Burst, known.Tokens + (clock.GetElapsedTime(known.At, now) / _refill))
            : Burst;
        var passes = tokens >= 1;
        _objects.Set(regarding, (passes ? tokens - 1 : tokens, now));
        return passes;
    }
}
