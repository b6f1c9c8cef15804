namespace PyRepo.Server.Records;

/// <summary>
/// Whether the store could be reached lately. After a failure it is not asked for a moment, so that not everybody waits
/// for the same timeout.
/// </summary>
sealed class StoreOutage(TimeProvider clock)
{
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    readonly Lock _lock = new();
    Failure? _failure;

    /// <summary>
    /// Returns the last failure while the store is not to be asked. After a moment one caller may try it again, and
    /// gets null.
    /// </summary>
    public Failure? Check()
    {
        if (Volatile.Read(ref _failure) is not { } failure || clock.GetElapsedTime(failure.At) < _pause)
            return Volatile.Read(ref _failure);
        lock (_lock)
        {
            if (_failure != failure)
                return _failure;
            _failure = failure with { At = clock.GetTimestamp() };
            return null;
        }
    }

    /// <summary>Whether the store was not reached when it was last tried.</summary>
    public bool IsFailing => Volatile.Read(ref _failure) is not null;

    /// <summary>Notes that the store could not be reached.</summary>
    /// <returns>The failure, with the time of the first one in a row.</returns>
    public Failure Note(IOException error)
    {
        lock (_lock)
            return _failure = new Failure(_failure?.Since ?? clock.GetUtcNow(), clock.GetTimestamp(), error);
    }

    /// <summary>Notes that the store was reached.</summary>
    public void Clear()
    {
        if (Volatile.Read(ref _failure) is null)
            return;
        lock (_lock)
            _failure = null;
    }

    /// <param name="Since">When the first in a row was.</param>
    /// <param name="At">The timestamp of the last one.</param>
    /// <param name="Error">What happened last.</param>
    public sealed record Failure(DateTimeOffset Since, long At, IOException Error);
}
