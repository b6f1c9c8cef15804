using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>The context that the records of a store share.</summary>
sealed class RecordContext(IStore store, MemoryBudget budget, TimeProvider clock, IRecordIndex? index = null)
{
    /// <summary>Holds their objects.</summary>
    public IStore Store => store;

    /// <summary>Limits what is in memory of them.</summary>
    public MemoryBudget Budget => budget;

    /// <summary>Chooses how long pauses are.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Tells the times of events.</summary>
    public TimeProvider Clock => clock;

    /// <summary>The latest writes of this process, where others write, too.</summary>
    public AcknowledgedWrites Acknowledged { get; } = new(clock);

    /// <summary>Returns the time of an event, by a clock that all processes have in common as far as possible.</summary>
    public DateTimeOffset GetUtcNow() => clock.GetUtcNow() + ClockOffset;

    /// <inheritdoc cref="StoreLease.ClockOffset"/>
    public TimeSpan ClockOffset => Lease?.ClockOffset ?? TimeSpan.Zero;

    /// <summary>Knows all records, or null for a record alone.</summary>
    public IRecordIndex? Index => index;

    /// <summary>This process's part in the store, or null if no other process can have one.</summary>
    public StoreLease? Lease { get; set; }

    /// <summary>
    /// The time in which no other process can write, by number, or null while one can. What is read in it stays
    /// current.
    /// </summary>
    public long? SoleEpoch => Lease is { } lease ? lease.SoleEpoch : 0;

    /// <inheritdoc cref="StoreLease.LastEpoch"/>
    public long? LastEpoch => Lease is { } lease ? lease.LastEpoch : 0;

    /// <inheritdoc cref="StoreLease.GetRecentEpoch"/>
    public long? GetRecentEpoch() => Lease is { } lease ? lease.GetRecentEpoch() : 0;

    /// <inheritdoc cref="StoreLease.FindEpochAsync"/>
    public ValueTask<long?> FindEpochAsync(CancellationToken cancellationToken) =>
        Lease?.FindEpochAsync(cancellationToken) ?? new(0);

    /// <summary>Whether other processes may use the store, too.</summary>
    public bool IsShared => Lease is { RenewalInterval: not null };

    /// <inheritdoc cref="StoreLease.ConfirmAsync"/>
    public ValueTask ConfirmLeaseAsync(CancellationToken cancellationToken) =>
        Lease?.ConfirmAsync(cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>Waits until what was found in the store may be acknowledged, as if this process had written it.</summary>
    /// <exception cref="StoreUnavailableException">The lease could not be confirmed.</exception>
    public async ValueTask ConfirmFoundAsync(CancellationToken cancellationToken)
    {
        if (Lease is not { } lease)
            return;
        try
        {
            // Others may have read it before a late write arrived, and rely on that.
            await lease.BeginWriteAsync(cancellationToken);
            await lease.ConfirmWriteAsync(cancellationToken);
        }
        finally
        {
            lease.EndWrite(isCertain: true);
        }
    }

    /// <inheritdoc cref="StoreLease.ConfirmWriteAsync"/>
    public ValueTask ConfirmWriteAsync(CancellationToken cancellationToken) =>
        Lease?.ConfirmWriteAsync(cancellationToken) ?? ValueTask.CompletedTask;
}

/// <summary>The facts about all records of a store that are known without reading them.</summary>
interface IRecordIndex
{
    /// <summary>The serials of all records' events.</summary>
    IndexSerials Serials { get; }

    /// <summary>Notes a change or a load of a record, whose gate is locked.</summary>
    void Update(ProjectName project, ProjectHistory history);

    /// <summary>Notes that a record no longer has what this process had acknowledged.</summary>
    void NoteLost(AcknowledgedWrite write);

    /// <summary>Notes that the content of a record, whose gate is locked, is uncertain.</summary>
    void Forget(ProjectName project);

    /// <summary>Whether a project has a record, so that it is damage if there is none.</summary>
    bool MustExist(ProjectName project);
}
