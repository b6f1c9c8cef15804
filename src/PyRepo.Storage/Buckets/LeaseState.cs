using System.Collections.Immutable;

namespace PyRepo.Storage.Buckets;

/// <summary>The facts that a replica knows of the replicas of its bucket.</summary>
/// <param name="Document">The document that it wrote or read last.</param>
/// <param name="Version">The version of the one that it wrote last.</param>
/// <param name="Mine">Its entry.</param>
/// <param name="Others">The others'.</param>
/// <param name="RenewedAt">The timestamp from before its renewal.</param>
/// <param name="SoleEpoch">See <see cref="StoreLease.SoleEpoch"/>, as long as the entry is valid.</param>
sealed record LeaseState(
    LeaseDocument Document, VersionTag Version, LeaseMember Mine, ImmutableArray<LeaseMember> Others, long RenewedAt,
    long? SoleEpoch)
{
    /// <summary>The version of the document.</summary>
    public required VersionTag Seen { get; init; }

    /// <summary>
    /// The number of the time since which none of several replicas has written, or null while one of them may be
    /// writing, or would not say so.
    /// </summary>
    public long? QuietEpoch { get; private init; }

    /// <summary>Whether the others have taken this process for gone since.</summary>
    public bool IsForgotten { get; private init; }

    /// <summary>Whether all others look at the bucket before they rely on memory.</summary>
    public bool IsKnownToAll => Others.All(m => m.Seen >= Mine.Joined);

    /// <remarks>Who does not know this process yet may be writing without saying so, as one that is alone.</remarks>
    bool IsQuiet => !Others.IsEmpty && IsKnownToAll
        && Others.Add(Mine).All(m => m is { GivesNotice: true, Writing: false });

    /// <summary>Returns the state in which the others do not know this process any more.</summary>
    public LeaseState Forgotten(VersionTag seen) =>
        this with { IsForgotten = true, SoleEpoch = null, QuietEpoch = null, Seen = seen };

    /// <summary>Returns the state in which one of the replicas may be writing.</summary>
    public LeaseState NoLongerQuiet() => this with { QuietEpoch = null };

    /// <summary>Returns the state of a renewal, of which it is not known whether it is older than what was read.</summary>
    public LeaseState Uncertain(LeaseState? read) =>
        this with { QuietEpoch = null, IsForgotten = read is { IsForgotten: true } };

    /// <summary>Returns the state with what another process wrote.</summary>
    public LeaseState Read(LeaseDocument document, LeaseMember mine, VersionTag seen) => this with
    {
        Document = document,
        Mine = mine,
        Others = document.Members.Remove(mine),
        SoleEpoch = document.Members.Length > 1 ? null : SoleEpoch,
        Seen = seen,
    };

    /// <summary>
    /// Returns the state with its quiet epoch: that of the one before if nobody joined and no write ended in between.
    /// </summary>
    /// <param name="before">The state before.</param>
    /// <param name="isSettled">Whether nothing can arrive that the document does not tell.</param>
    /// <param name="newEpoch">Returns another number.</param>
    public LeaseState Following(LeaseState? before, bool isSettled, Func<long> newEpoch) => this with
    {
        QuietEpoch = !isSettled || !IsQuiet ? null
            : before is { QuietEpoch: { } same } && before.Document.Generation == Document.Generation
                && before.Document.Writes == Document.Writes ? same
            : newEpoch(),
    };
}
