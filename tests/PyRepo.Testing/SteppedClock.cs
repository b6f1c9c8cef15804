namespace PyRepo.Testing;

/// <summary>
/// A clock that stands still until it is told to go on, its timers included: they fire in order, on the caller's
/// thread.
/// </summary>
public sealed class SteppedClock : TimeProvider
{
    readonly Lock _lock = new();
    readonly List<Timer> _armed = [];
    readonly List<(Func<long, bool> IsDue, TaskCompletionSource Armed)> _waiting = [];
    long _now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass. A timer that falls due sees the time at which it does.</summary>
    public void Advance(TimeSpan time)
    {
        var end = GetTimestamp() + time.Ticks;
        while (TakeDue(end) is { } timer)
            timer.Fire();
        Volatile.Write(ref _now, Math.Max(_now, end));
    }

    /// <summary>Waits until a timer is armed that falls due within a time, and goes on to that moment.</summary>
    /// <returns>How much time passed.</returns>
    public async Task<TimeSpan> AdvanceToTimerAsync(TimeSpan within)
    {
        var limit = GetTimestamp() + within.Ticks;
        await TimerAsync(due => due <= limit);
        long ahead;
        lock (_lock)
            ahead = Math.Max(0, _armed.Min(t => t.Due) - _now);
        Advance(TimeSpan.FromTicks(ahead));
        return TimeSpan.FromTicks(ahead);
    }

    /// <summary>
    /// Waits until a timer is armed that falls due in exactly this time, and advances to that moment, past any timers
    /// that are due before it.
    /// </summary>
    public async Task AdvanceToTimerInAsync(TimeSpan time)
    {
        var end = GetTimestamp() + time.Ticks;
        await TimerAsync(due => due == end);
        Advance(time);
    }

    /// <summary>Waits until a timer is armed whose due time satisfies a condition.</summary>
    Task TimerAsync(Func<long, bool> isDue)
    {
        lock (_lock)
        {
            if (_armed.Any(t => isDue(t.Due)))
                return Task.CompletedTask;
            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isDue, armed));
            return armed.Task;
        }
    }

    Timer? TakeDue(long end)
    {
        lock (_lock)
        {
            var next = _armed.MinBy(t => t.Due);
            if (next is null || next.Due > end)
                return null;
            Volatile.Write(ref _now, Math.Max(_now, next.Due));
            _armed.Remove(next);
            if (next.Period > 0)
                Arm(next, _now + next.Period);
            return next;
        }
    }

    void Arm(Timer timer, long due)
    {
        timer.Due = due;
        _armed.Add(timer);
        foreach (var waiting in _waiting.Where(w => w.IsDue(due)).ToList())
        {
            _waiting.Remove(waiting);
            waiting.Armed.SetResult();
        }
    }

    sealed class Timer(SteppedClock clock, Action fire) : ITimer
    {
        public long Due { get; set; }

        public long Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._armed.Remove(this);
                Period = Math.Max(0, period.Ticks);
                if (dueTime >= TimeSpan.Zero)
                    clock.Arm(this, clock._now + dueTime.Ticks);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
