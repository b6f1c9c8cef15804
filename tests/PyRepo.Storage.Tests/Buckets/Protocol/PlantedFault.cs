namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>A step of the protocol that is taken out or weakened, to show that the checker finds it.</summary>
enum PlantedFault
{
    /// <summary>The protocol as it is.</summary>
    None,

    /// <summary>A write does not wait after it was announced.</summary>
    NoNotice,

    /// <summary>A replica relies on its entry for longer than the others wait before they drop it.</summary>
    ValidityAboveExpiry,

    /// <summary>A write is acknowledged without another look at the lease.</summary>
    AcknowledgedBeforeLook,

    /// <summary>A write whose answer was lost is sent again, whatever is in its place.</summary>
    LostAnswerSentAgain,

    /// <summary>A write is sent although the others may have dropped the replica meanwhile.</summary>
    SentWhenInvalid,

    /// <summary>What was read before a write ended still counts as current after it.</summary>
    EpochKeptAfterWrite,

    /// <summary>A replica that was alone still counts as that after another one joined.</summary>
    SoleEpochKept,

    /// <summary>A record is written without the condition that nobody else changed it.</summary>
    NoCondition,

    /// <summary>Nothing is said of a write whose answer was lost, and which may still arrive.</summary>
    LateWriteForgotten,

    /// <summary>
    /// A replica that is no longer alone relies on memory although a write from before may arrive, which it never announced.
    /// </summary>
    OwnWriteForgotten,

    /// <summary>A replica that joins shows pages before all others know of it.</summary>
    ReadBeforeKnown,

    /// <summary>Several replicas take a service for a good one that looks first and writes later.</summary>
    ProbeSkipped,

    /// <summary>
    /// Conditions are sent to a service that refuses those that hold, or their form. To the model, both are the same.
    /// </summary>
    BrokenConditionsSent,
}
