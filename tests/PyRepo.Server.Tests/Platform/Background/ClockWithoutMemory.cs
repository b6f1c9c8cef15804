namespace PyRepo.Server.Tests.Platform.Background;

/// <summary>A clock that has no memory for its first timers.</summary>
sealed class ClockWithoutMemory(int failures) : TimeProvider
{
    int _timers;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        ++_timers <= failures
            ? throw new InsufficientMemoryException()
            : base.CreateTimer(callback, state, dueTime, period);
}
