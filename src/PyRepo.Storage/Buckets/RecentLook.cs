namespace PyRepo.Storage.Buckets;

/// <summary>
/// The last look at the lease's object that found nobody writing. A replica relies on it for
/// <see cref="WriteAnnouncements.Reliance"/>. While somebody asks, it looks again before that is over, so that nobody waits
/// for a look that takes less than half that time.
/// </summary>
/// <param name="look">Looks at the object, and notes here what it found.</param>
/// <param name="clock">The replica's own clock.</param>
sealed class RecentLook(SharedRun look, TimeProvider clock)
{
    Finding? _last;
    int _isLookingAhead;

    /// <summary>Notes a look. Looks come one after the other.</summary>
    /// <param name="found">The state that it found.</param>
    /// <param name="began">The timestamp from before it.</param>
    public void Note(LeaseState found, long began) =>
        Volatile.Write(ref _last, found.QuietEpoch is { } epoch ? new(epoch, began) : null);

    /// <summary>Whether it tells that nobody has written in an epoch, up to this call.</summary>
    public bool Covers(long epoch)
    {
        if (Volatile.Read(ref _last) is not { } last || last.Epoch != epoch)
            return false;
        var age = clock.GetElapsedTime(last.BeganAt);
        if (age >= WriteAnnouncements.Reliance)
            return false;
        if (age >= WriteAnnouncements.Reliance / 2 && Interlocked.Exchange(ref _isLookingAhead, 1) == 0)
            _ = LookAheadAsync();
        return true;
    }

    /// <summary>Looks again. If that fails, whoever asks later learns why from a look of their own.</summary>
    async Task LookAheadAsync()
    {
        await look.RunAsync(CancellationToken.None).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Volatile.Write(ref _isLookingAhead, 0);
    }

    sealed record Finding(long Epoch, long BeganAt);
}
