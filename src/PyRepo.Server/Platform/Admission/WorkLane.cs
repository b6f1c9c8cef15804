using System.Threading.RateLimiting;

namespace PyRepo.Server.Platform.Admission;

/// <summary>An allowance of memory and processors for work, which gets it in the order of coming.</summary>
/// <param name="allowance">The bytes that all work may take at once. What weighs more gets all of it.</param>
/// <param name="processors">How many may compute at once.</param>
/// <param name="clock">Measures how long work waits.</param>
sealed class WorkLane(long allowance, int processors, TimeProvider clock)
{
    const int PermitBytes = 1 << 10;

    readonly int _permits = PermitsOf(allowance);
    readonly ConcurrencyLimiter _allowance = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = PermitsOf(allowance),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Turns to compute.</summary>
    public SemaphoreSlim Processors { get; } = new(processors);

    /// <summary>The memory for which work is waiting, in bytes.</summary>
    public long Waiting => _allowance.GetStatistics()!.CurrentQueuedCount * PermitBytes;

    /// <summary>Waits for a share of the allowance.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the work any more.</exception>
    public Task<RateLimitLease> TakeAsync(long weight, CancellationToken left) => WaitLimit.ApplyAsync(
        either => _allowance.AcquireAsync(Math.Min(PermitsOf(weight), _permits), either).AsTask(), clock, left);

    static int PermitsOf(long bytes) => (int)Math.Clamp((bytes + PermitBytes - 1) / PermitBytes, 1, int.MaxValue);
}
