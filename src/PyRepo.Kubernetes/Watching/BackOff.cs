namespace PyRepo.Kubernetes.Watching;

/// <summary>
/// How long to wait after failures that follow each other: from 0.8 s, each time twice as long, 30 s at most, up to
/// half of it by chance so that watches don't come all at once. Two minutes without failure start it anew (client-go's
/// reflector).
/// </summary>
sealed class BackOff(TimeProvider clock)
{
    static readonly TimeSpan _first = TimeSpan.FromSeconds(0.8);
    static readonly TimeSpan _healthy = TimeSpan.FromMinutes(2);
    static readonly TimeSpan _maxWithoutJitter = Max / 2;
    TimeSpan _next = _first;
    DateTimeOffset _over;

    /// <summary>The longest wait.</summary>
    public static TimeSpan Max => TimeSpan.FromSeconds(30);

    /// <summary>How long to wait after the failure that just was.</summary>
    public TimeSpan Next()
    {
        var now = clock.GetUtcNow();
        if (now - _over >= _healthy)
            _next = _first;
        var wait = _next * (1 + Random.Shared.NextDouble());
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, _maxWithoutJitter.Ticks));
        _over = now + wait;
        return wait;
    }
}
