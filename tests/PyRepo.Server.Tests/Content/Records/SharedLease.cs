using PyRepo.Storage;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A part in a store that others always have a part in, too.</summary>
sealed class SharedLease : StoreLease
{
    /// <summary>How often it is confirmed until the others drop this process.</summary>
    public int Confirmations { get; set; } = int.MaxValue;

    public override long? SoleEpoch => null;

    public override bool IsInPlace => true;

    public override bool IsLeader => true;

    public override bool WasReleased => true;

    public override TimeSpan? RenewalInterval => TimeSpan.FromSeconds(4);

    public override ValueTask ConfirmAsync(CancellationToken cancellationToken) => Confirmations-- > 0
        ? ValueTask.CompletedTask
        : throw new StoreUnavailableException("The other replicas did not notice this one in time. Try again.");

    public override ValueTask ReleaseAsync(bool inOrder) => ValueTask.CompletedTask;
}
