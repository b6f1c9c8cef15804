namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>A replica of the model. Epochs and versions are numbers; 0 is none.</summary>
struct ModelReplica
{
    // What it knows of the others: LeaseState.
    public bool IsIn, IsForgotten, IsKnownToAll, AreOthersQuiet, HasOthers, IsWritingThere;
    public sbyte Seen, Written, Joined, Generation, Writes, SoleEpoch, QuietEpoch, RenewedAge;

    // RecentLook, LeaseObservations and WriteAnnouncements.
    public sbyte RecentEpoch, RecentAge, Departures, DeparturesAge;
    public bool IsRunning, MayArrive, IsAnnounced;
    public sbyte UncertainAge, AnnouncedAge;

    // A renewal that is on its way.
    public RenewalPhase Renewal;
    public sbyte ReadVersion, NextVersion, NextJoined, NextGeneration, NextWrites, NextDepartures, NextSole;
    public sbyte BeganAge, NoticeAge, JoinedBefore;
    public byte Dropped;
    public bool WillWrite, HasJoined, IsStateSame, NextKnownToAll, NextQuiet, NextHasOthers, IsRenewalClean;

    // RecordMemory, and the write of a RecordBatch.
    public bool HasMemory;
    public byte Memory, Event, SentEvents, LateEvents;
    public sbyte MemoryVersion, MemoryEpoch, WriteEpoch, SentVersion, SentAge, LateVersion, LateAge;
    public WritePhase Write;

    /// <summary>Whether a service that looks first has found that the condition of the write holds.</summary>
    public bool IsAccepted;

    // The machine.
    public bool IsFrozen, WasFrozen, HasLeft;
}

/// <summary>A replica's entry in the lease.</summary>
struct ModelMember
{
    public bool IsIn, IsWriting;

    /// <summary>The version of the lease that wrote it: another one after each renewal.</summary>
    public sbyte Stamp;

    public sbyte Seen, Joined;
}

/// <summary>Where a replica is in a write of the record.</summary>
enum WritePhase : byte
{
    Idle,
    Begun,
    Announced,
    Deciding,
    Confirmed,
    Sent,
    SendingAgain,
    Written,
    Looked,
}

/// <summary>Where a replica is in a renewal of its entry.</summary>
enum RenewalPhase : byte
{
    None,
    Read,
    Written,
    Joining,
}
