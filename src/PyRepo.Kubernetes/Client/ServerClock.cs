namespace PyRepo.Kubernetes.Client;

/// <summary>
/// The API server's time of day: the Date of its last answer, and what passed since. A clock of this machine that is
/// set, or wrong, does not move it.
/// </summary>
sealed class ServerClock(TimeProvider clock)
{
    Reading? _last;

    /// <summary>The time; while no answer had a Date, this machine's.</summary>
    public DateTimeOffset Now =>
        Volatile.Read(ref _last) is { } last ? last.Date + clock.GetElapsedTime(last.At) : clock.GetUtcNow();

    /// <summary>Takes the Date of an answer.</summary>
    public void Note(DateTimeOffset? date)
    {
        if (date is { } now)
            Volatile.Write(ref _last, new(now, clock.GetTimestamp()));
    }

    sealed record Reading(DateTimeOffset Date, long At);
}
