namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>A step of the protocol that is taken out or weakened, to show that the simulation finds it.</summary>
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

    /// <summary>A replica that joins shows pages before all others know of it.</summary>
    ReadBeforeKnown,

    /// <summary>Several replicas take a service for a good one that looks first and writes later.</summary>
    ProbeSkipped,

    /// <summary>Nobody acts on the proof that an acknowledged write was lost.</summary>
    LostWriteLeft,

    /// <summary>Others are blamed for what the service refuses although the condition holds.</summary>
    RefusalBlamedOnOthers,

    /// <summary>Conditions are sent although trying them has shown that the service refuses those that hold.</summary>
    BrokenConditionsSent,

    /// <summary>Entity tags have quotation marks although the service was found to take bare ones only.</summary>
    QuotedTagsSent,
}
