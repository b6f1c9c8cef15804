using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// Whether the store could be reached lately. While it can't, it is not asked for a moment, so that not everybody waits
/// for the same timeout.
/// </summary>
/// <remarks>
/// That one object is late or cannot be read is no outage: before other projects are shown as old, the store is asked
/// for another object.
/// </remarks>
sealed class StoreOutage
{
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>How long the store may take to say that it is there.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    readonly IStore _store;
    readonly TimeProvider _clock;
    readonly SharedRun _asking;
    readonly Lock _lock = new();
    Failure? _failure;

    public StoreOutage(IStore store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        _asking = new SharedRun(AskAsync);
    }

    /// <summary>
    /// Returns the last failure while the store is not to be asked. After a moment one caller may try it again, and
    /// gets null.
    /// </summary>
    public Failure? Check()
    {
        if (Volatile.Read(ref _failure) is not { } failure || !IsOver(failure))
            return Volatile.Read(ref _failure);
        lock (_lock)
        {
            if (_failure != failure)
                return _failure;
            _failure = Again(failure);
            return null;
        }
    }

    /// <summary>Whether a failure is so long ago that it may be tried again.</summary>
    public bool IsOver(Failure failure) => _clock.GetElapsedTime(failure.At) >= _pause;

    /// <summary>Returns a failure that is tried again now.</summary>
    public Failure Again(Failure failure) => failure with { At = _clock.GetTimestamp() };

    /// <summary>Returns the first failure to read an object.</summary>
    public Failure Begin(IOException error) => new(_clock.GetUtcNow(), _clock.GetTimestamp(), error);

    /// <summary>Finds out whether the store could not be reached, or only an object could not be read.</summary>
    /// <param name="error">Why it could not be read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The outage, or null if the store answers.</returns>
    public async Task<Failure?> JudgeAsync(IOException error, CancellationToken cancellationToken)
    {
        try
        {
            await _asking.RunAsync(cancellationToken);
            Clear();
            return null;
        }
        catch (Exception unreachable) when (
            unreachable is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Note(error);
        }
    }

    async Task AskAsync()
    {
        using var limit = new RunningTimeout(_patience, CancellationToken.None);
        await _store.StatAsync(StorageLayout.Format, limit.Token);
    }

    /// <summary>Whether the store was not reached when it was last tried.</summary>
    public bool IsFailing => Volatile.Read(ref _failure) is not null;

    /// <summary>Notes that the store could not be reached.</summary>
    /// <returns>The failure, with the time of the first one in a row.</returns>
    Failure Note(IOException error)
    {
        lock (_lock)
            return _failure = Begin(error) with { Since = _failure?.Since ?? _clock.GetUtcNow() };
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
    /// <param name="Error">The last error.</param>
    public sealed record Failure(DateTimeOffset Since, long At, IOException Error);
}
