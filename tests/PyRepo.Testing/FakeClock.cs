namespace PyRepo.Testing;

/// <summary>A clock that stands still until it is told to go on. Its timers are the real ones.</summary>
public sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    long _ticks = start.UtcTicks;
    long _error;

    /// <summary>Starts at an arbitrary time.</summary>
    public FakeClock() : this(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp() + Volatile.Read(ref _error), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <summary>Lets time pass, all at once.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    /// <summary>Sets the time of day, as an administrator or a time server does. No time passes.</summary>
    public void Set(DateTimeOffset now) => Volatile.Write(ref _error, now.UtcTicks - GetTimestamp());
}
