namespace PyRepo.Storage.Buckets;

/// <summary>
/// How far a process's clock is from that of a bucket's service, which all processes see. It is known from the lease's
/// object, which all of them write: its time has seconds, and lies in the past for as long as nobody has written it.
/// </summary>
/// <param name="clock">The process's clock.</param>
sealed class ServiceClockOffset(TimeProvider clock)
{
    /// <summary>Times have seconds, and requests take some.</summary>
    static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Nobody may have written the object for days.</summary>
    static readonly TimeSpan _unknownAge = TimeSpan.FromDays(36500);

    /// <summary>The offset to add to the process's clock.</summary>
    public TimeSpan Value { get; private set; }

    /// <summary>Notes when the object was written.</summary>
    /// <param name="state">The process's state after its last renewal, or null if the object does not have its entry.</param>
    /// <param name="writtenAt">The time of the service, or none if it gives none.</param>
    /// <param name="version">The object's version.</param>
    public void Note(LeaseState? state, DateTimeOffset writtenAt, VersionTag? version)
    {
        if (writtenAt == default)
            return;
        var (earliest, latest) = GetAge(state, version);
        var now = clock.GetUtcNow();
        var (least, most) = (writtenAt + earliest - now, writtenAt + latest - now);
        if (Value < least - _tolerance)
            Value = least;
        else if (Value > most + _tolerance)
            Value = most;
    }

    /// <summary>How long ago the object was written at least, and at most.</summary>
    (TimeSpan Earliest, TimeSpan Latest) GetAge(LeaseState? state, VersionTag? version)
    {
        // The object is no older than this process's last renewal.
        if (state is null)
            return (TimeSpan.Zero, _unknownAge);
        // What this process wrote is as old as its renewal, but for the time that the write took.
        var latest = clock.GetElapsedTime(state.RenewedAt);
        return version == state.Version && latest > LeaseDocument.Expiry
            ? (latest - LeaseDocument.Expiry, latest)
            : (TimeSpan.Zero, latest);
    }
}
