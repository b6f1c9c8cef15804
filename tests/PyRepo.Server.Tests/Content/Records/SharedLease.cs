using PyRepo.Storage;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A part in a store that others always have a part in, too.</summary>
sealed class SharedLease : StoreLease
{
    public override long? SoleEpoch => null;

    public override bool IsInPlace => true;

    public override bool IsLeader => true;

    public override bool WasReleased => true;

    public override TimeSpan? RenewalInterval => TimeSpan.FromSeconds(4);

    public override ValueTask ReleaseAsync(bool inOrder) => ValueTask.CompletedTask;
}
