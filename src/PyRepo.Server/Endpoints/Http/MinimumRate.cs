namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Judges whether bytes arrive fast enough. Each period counts anew, so that a burst buys no time. Only time spent
/// waiting for the sender counts, not the time that our own disk takes.
/// </summary>
/// <param name="bytes">The bytes that must arrive in a period.</param>
/// <param name="period">The length of a period.</param>
/// <param name="slowPeriods">
/// After this many slow periods the sender is too slow. A period that is fast enough makes up for a slow one.
/// </param>
sealed class MinimumRate(int bytes, TimeSpan period, int slowPeriods)
{
    TimeSpan _waited;
    long _received;
    int _slow;

    /// <summary>How long the sender may send nothing before it is too slow. If it is too slow, zero or less.</summary>
    public TimeSpan Left => ((slowPeriods - SlowAfterPeriod + 1) * period) - _waited;

    int SlowAfterPeriod => _received >= bytes ? Math.Max(0, _slow - 1) : _slow + 1;

    /// <summary>Adds what arrived after waiting for it.</summary>
    public void Add(int count, TimeSpan waited)
    {
        _waited += waited;
        while (_waited >= period && _slow < slowPeriods)
        {
            (_slow, _received) = (SlowAfterPeriod, 0);
            _waited -= period;
        }
        _received += count;
    }
}
