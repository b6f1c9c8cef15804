namespace PyRepo.Storage.Buckets;

/// <summary>
/// The writes that a replica is making. It announces them to the others before, so that these rely on nothing that they
/// remember meanwhile.
/// </summary>
/// <param name="areAnnounced">
/// Whether it announces them. That takes a write of an object which all replicas write, and not each service takes as
/// many.
/// </param>
/// <param name="clock">The clock.</param>
sealed class WriteAnnouncements(bool areAnnounced, TimeProvider clock)
{
    /// <summary>How long a request whose answer was lost may be on its way.</summary>
    public static TimeSpan LongestWay { get; } = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    int _running;
    long? _uncertainSince;
    bool _isAnnounced;

    /// <summary>Whether the replica announces its writes.</summary>
    public bool AreAnnounced => areAnnounced;

    /// <summary>Whether the last renewal said that the replica is writing, and none that is on its way takes it back.</summary>
    public bool IsAnnounced
    {
        get
        {
            lock (_lock)
                return _isAnnounced;
        }
    }

    /// <summary>Begins a write. Renewals say so from now on.</summary>
    public void Begin()
    {
        lock (_lock)
            _running++;
    }

    /// <summary>Ends a write.</summary>
    /// <param name="isCertain">Whether it is known what became of it.</param>
    public void End(bool isCertain)
    {
        lock (_lock)
        {
            _running--;
            if (!isCertain)
                _uncertainSince = clock.GetTimestamp();
        }
    }

    /// <summary>Returns what a renewal has to say: whether the replica may be writing.</summary>
    public bool BeginAnnouncement()
    {
        lock (_lock)
        {
            var mayArrive = _uncertainSince is { } since && clock.GetElapsedTime(since) < LongestWay;
            var isWriting = areAnnounced && (_running > 0 || mayArrive);
            // What takes an announcement back may arrive, even if it fails.
            _isAnnounced &= isWriting;
            return isWriting;
        }
    }

    /// <summary>Notes that a renewal was written.</summary>
    public void EndAnnouncement(bool isWriting)
    {
        lock (_lock)
            _isAnnounced = isWriting;
    }
}
