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

    /// <summary>The last failure, if it was a moment ago.</summary>
    public Failure? Recent => Volatile.Read(ref _failure) is { } failure && clock.GetElapsedTime(failure.At) < _pause
        ? failure : null;

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
