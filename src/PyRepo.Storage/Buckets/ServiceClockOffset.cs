namespace PyRepo.Storage.Buckets;

/// <summary>
/// How far a process's clock is from that of a bucket's service, which all processes see. It is known from the object
/// that all of them write: its time has seconds, and lies in the past for as long as nobody has written it.
/// </summary>
struct ServiceClockOffset
{
    /// <summary>Times have seconds, and requests take some.</summary>
    static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The offset to add to the process's clock.</summary>
    public TimeSpan Value { get; private set; }

    /// <summary>Notes when the object was written.</summary>
    /// <param name="writtenAt">The time of the service, or none if it gives none.</param>
    /// <param name="earliestAge">How long ago that was at least.</param>
    /// <param name="latestAge">How long ago that was at most.</param>
    /// <param name="now">The time of the process.</param>
    public void Note(DateTimeOffset writtenAt, TimeSpan earliestAge, TimeSpan latestAge, DateTimeOffset now)
    {
        if (writtenAt == default)
            return;
        var (least, most) = (writtenAt + earliestAge - now, writtenAt + latestAge - now);
        if (Value < least - _tolerance)
            Value = least;
        else if (Value > most + _tolerance)
            Value = most;
    }
}
