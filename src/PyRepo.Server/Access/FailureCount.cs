namespace PyRepo.Server.Access;

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
