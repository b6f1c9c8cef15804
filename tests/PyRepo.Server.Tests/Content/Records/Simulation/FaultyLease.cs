using PyRepo.Storage;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>A lease with a planted fault.</summary>
/// <param name="inner">The real one.</param>
/// <param name="fault">The fault.</param>
sealed class FaultyLease(StoreLease inner, PlantedFault fault) : StoreLease
{
    const long Kept = 1_000_000;
    long? _sole;

    public override long? SoleEpoch =>
        inner.SoleEpoch is { } sole ? _sole = sole
        : fault == PlantedFault.SoleEpochKept ? _sole
        : null;

    public override long? LastEpoch => SoleEpoch ?? Keep(inner.LastEpoch);

    public override long? GetRecentEpoch() => SoleEpoch ?? Keep(inner.GetRecentEpoch());

    public override async ValueTask<long?> FindEpochAsync(CancellationToken cancellationToken)
    {
        var found = await inner.FindEpochAsync(cancellationToken);
        return SoleEpoch ?? Keep(found);
    }

    public override ValueTask BeginWriteAsync(CancellationToken cancellationToken) =>
        inner.BeginWriteAsync(cancellationToken);

    public override void EndWrite(bool isCertain) =>
        inner.EndWrite(isCertain || fault == PlantedFault.LateWriteForgotten);

    public override bool IsInPlace => inner.IsInPlace;

    public override string? WhyLost => inner.WhyLost;

    public override bool IsLeader => inner.IsLeader;

    public override bool WasReleased => inner.WasReleased;

    public override TimeSpan? RenewalInterval => inner.RenewalInterval;

    public override TimeSpan ClockOffset => inner.ClockOffset;

    public override IReadOnlyList<string> Others => inner.Others;

    public override Task RenewAsync(CancellationToken cancellationToken) => inner.RenewAsync(cancellationToken);

    public override ValueTask ConfirmAsync(CancellationToken cancellationToken) =>
        fault == PlantedFault.ReadBeforeKnown ? default : inner.ConfirmAsync(cancellationToken);

    public override ValueTask ConfirmWriteAsync(CancellationToken cancellationToken) =>
        fault == PlantedFault.AcknowledgedBeforeLook ? default : inner.ConfirmWriteAsync(cancellationToken);

    public override ValueTask ReleaseAsync(bool inOrder) => inner.ReleaseAsync(inOrder);

    long? Keep(long? epoch) => epoch is not null && fault == PlantedFault.EpochKeptAfterWrite ? Kept : epoch;
}
