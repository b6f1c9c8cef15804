namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>A step of the model.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Replica">The number of the replica that makes it; 0 for the clock.</param>
readonly record struct ModelStep(StepKind Kind, byte Replica)
{
    public override string ToString() => Kind == StepKind.Tick ? "Tick" : $"{Kind}({Replica})";
}

/// <summary>
/// The kinds of steps. One of a replica is a request and what follows from it, unless the names say less.
/// </summary>
enum StepKind : byte
{
    BeginRenewal,
    WriteRenewal,
    EndRenewal,
    LoseRenewal,
    Look,
    Leave,
    BeginWrite,
    SeeAnnouncement,
    AwaitNotice,
    Load,
    Confirm,
    Send,
    Refuse,
    Accept,
    Arrive,
    LoseAnswer,
    GiveUp,
    SendAgain,
    ArriveLate,
    LookAfterWrite,
    Acknowledge,
    ShowMemory,
    ShowRecord,
    Freeze,
    Thaw,
    Tick,
}
