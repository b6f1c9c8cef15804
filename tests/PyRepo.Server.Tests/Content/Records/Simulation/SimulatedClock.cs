namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>The clock of a process, and its timers.</summary>
/// <remarks>
/// Timers with a period never fall due. Only <c>RunningTimeout</c> has one, and ends what it limits on another thread:
/// in the simulation, each wait ends by itself.
/// </remarks>
/// <param name="world">The simulation.</param>
/// <param name="process">The process.</param>
sealed class SimulatedClock(SimulatedWorld world, SimulatedProcess process) : TimeProvider
{
    static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How often a timer of a machine that is paused looks whether it goes on.</summary>
    static readonly TimeSpan _thaw = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => process.Time;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(process.Time) + process.ClockError;

    /// <summary>The time of the service.</summary>
    public static DateTimeOffset GetServiceTime(SimulatedWorld world)
    {
        var now = _start.AddTicks(world.Now);
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class Timer(SimulatedClock clock, Action fire) : ITimer
    {
        long _armed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var armed = ++_armed;
            if (dueTime >= TimeSpan.Zero && period <= TimeSpan.Zero)
                Wait(armed, clock.GetTimestamp() + dueTime.Ticks, dueTime);
            return true;
        }

        public void Dispose() => _armed++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        void Wait(long armed, long due, TimeSpan time) => clock.World.After(time, () =>
        {
            var process = clock.Process;
            if (armed != _armed || process.IsDead)
                return;
            var left = TimeSpan.FromTicks(due - process.Time);
            if (process.IsFrozen || left > TimeSpan.Zero)
                Wait(armed, due, process.IsFrozen ? _thaw : left);
            else
                process.Post(_ => Fire(armed), null);
        });

        void Fire(long armed)
        {
            if (armed == _armed)
                fire();
        }
    }

    SimulatedWorld World => world;

    SimulatedProcess Process => process;
}
