namespace PyRepo.Kubernetes.Queue;

/// <summary>Keys to be added later. A key has one time: the earliest that was requested.</summary>
sealed class DelayingQueue<TKey> : IDisposable where TKey : notnull
{
    static readonly TimeSpan _maxTimer = TimeSpan.FromDays(1);

    readonly Lock _lock = new();
    readonly TimeProvider _clock;
    readonly Action<TKey, QueuePriority> _due;
    readonly ITimer _timer;
    readonly Dictionary<TKey, (long At, QueuePriority Priority)> _times = [];

    // May hold a key at a time that is no longer its own: that one is passed over.
    readonly PriorityQueue<TKey, long> _order = new();

    public DelayingQueue(TimeProvider clock, Action<TKey, QueuePriority> due)
    {
        (_clock, _due) = (clock, due);
        _timer = clock.CreateTimer(_ => HandOut(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(TKey key, TimeSpan delay, QueuePriority priority)
    {
        lock (_lock)
        {
            var at = _clock.GetTimestamp() + (long)(delay.TotalSeconds * _clock.TimestampFrequency);
            if (_times.TryGetValue(key, out var known))
            {
                priority = known.Priority > priority ? known.Priority : priority;
                _times[key] = known with { Priority = priority };
                if (known.At <= at)
                    return;
            }
            _times[key] = (at, priority);
            _order.Enqueue(key, at);
            SetTimer();
        }
    }

    public void Dispose() => _timer.Dispose();

    void HandOut()
    {
        List<(TKey Key, QueuePriority Priority)> due = [];
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            while (_order.TryPeek(out var key, out var at) && at <= now)
            {
                _order.Dequeue();
                if (_times.TryGetValue(key, out var time) && time.At == at && _times.Remove(key))
                    due.Add((key, time.Priority));
            }
            SetTimer();
        }
        foreach (var (key, priority) in due)
            _due(key, priority);
    }

    void SetTimer()
    {
        if (!_order.TryPeek(out _, out var at))
            return;
        var wait = _clock.GetElapsedTime(_clock.GetTimestamp(), at);
        // Timers count whole milliseconds: one that rounded down would come too early, and again and again.
        var milliseconds = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, _maxTimer.TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}

/// <summary>The priority of an item in a queue.</summary>
public enum QueuePriority
{
    /// <summary>Only looked at to be sure: what start-up and resync find.</summary>
    Low,

    /// <summary>Something changed.</summary>
    Normal,
}
