namespace PyRepo.Storage.Buckets;

/// <summary>
/// The writes that a replica is making. It tells the other replicas first, so that they stop relying on what they
/// remember.
/// </summary>
/// <param name="areAnnounced">
/// Whether it announces them. That takes a write of an object which all replicas write, and not each service takes as
/// many.
/// </param>
/// <param name="notice">How long a write waits: <see cref="Notice"/>.</param>
/// <param name="clock">The clock.</param>
sealed class WriteAnnouncements(bool areAnnounced, TimeSpan notice, TimeProvider clock)
{
    /// <summary>How long a request whose answer was lost may be on its way.</summary>
    public static TimeSpan LongestWay { get; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long others may rely on having found nobody writing, from before they asked. It is below <see cref="Notice"/>
    /// by more than two clocks can differ in so short a time, and long enough for a container that may use a tenth of a
    /// processor: it stands still for nine tenths of each tenth of a second.
    /// </summary>
    public static TimeSpan Reliance { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a write waits after it was announced, so that nobody still relies on a look that missed the announcement.
    /// </summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromMilliseconds(300);

    readonly Lock _lock = new();
    int _running;
    bool _mayArrive;
    long? _uncertainSince;
    long _announcedAt;
    bool _isAnnounced;

    /// <summary>Whether the replica announces its writes.</summary>
    public bool AreAnnounced => areAnnounced;

    /// <summary>Whether the replica may be writing, announced or not.</summary>
    public bool MayBeRunning => Volatile.Read(ref _running) > 0 || Volatile.Read(ref _mayArrive);

    /// <summary>Whether the last renewal said that the replica is writing, and none that is on its way takes it back.</summary>
    public bool IsAnnounced
    {
        get
        {
            lock (_lock)
                return _isAnnounced;
        }
    }

    /// <summary>The rest of the <see cref="Notice"/>.</summary>
    public TimeSpan NoticeLeft
    {
        get
        {
            lock (_lock)
                return notice - clock.GetElapsedTime(_announcedAt);
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
            // In this order: MayBeRunning does not lock.
            if (!isCertain)
                (_uncertainSince, _mayArrive) = (clock.GetTimestamp(), true);
            Volatile.Write(ref _running, _running - 1);
        }
    }

    /// <summary>Returns what a renewal has to say: whether the replica may be writing.</summary>
    public bool BeginAnnouncement()
    {
        lock (_lock)
        {
            _mayArrive = _uncertainSince is { } since && clock.GetElapsedTime(since) < LongestWay;
            var isWriting = areAnnounced && (_running > 0 || _mayArrive);
            // What takes an announcement back may arrive, even if it fails.
            _isAnnounced &= isWriting;
            return isWriting;
        }
    }

    /// <summary>Notes that a renewal was written.</summary>
    /// <param name="isWriting">Whether it says that the replica is writing.</param>
    /// <param name="hasJoined">Whether the replica was not in the object before.</param>
    public void EndAnnouncement(bool isWriting, bool hasJoined)
    {
        lock (_lock)
        {
            if (hasJoined || !_isAnnounced)
                _announcedAt = clock.GetTimestamp();
            _isAnnounced = isWriting;
        }
    }
}
