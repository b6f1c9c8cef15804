using PyRepo.Server.Admission;
using PyRepo.Server.Limits;

namespace PyRepo.Server.Uploads;

/// <summary>
/// The turns of uploads with a large field, which is in memory until the upload ends, however slow that is. Real
/// attestations are no large ones.
/// </summary>
/// <param name="count">How many may have one at once.</param>
/// <param name="clock">Measures how long the others wait.</param>
sealed class LargeFieldTurns(int count, TimeProvider clock)
{
    readonly SemaphoreSlim _turns = new(count);

    /// <summary>Those of this process.</summary>
    public static LargeFieldTurns Shared { get; } = new(ServerLimits.MaxConcurrentLargeFields, TimeProvider.System);

    /// <summary>Waits for a turn.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ServerLimits.MaxWorkWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _turns.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OverloadedException();
        }
    }

    /// <summary>Gives a turn back.</summary>
    public void Return() => _turns.Release();
}
