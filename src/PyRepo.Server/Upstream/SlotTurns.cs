using PyRepo.Server.Limits;

namespace PyRepo.Server.Upstream;

/// <summary>A few turns to ask an upstream for something. The others wait, though not any number of them.</summary>
/// <remarks>
/// Requests wait here and not in the connection pool, where the wait would count as upstream's silence. They wait even
/// if their clients have left, because the answer is for all who come.
/// </remarks>
/// <param name="count">The number of turns at once.</param>
/// <param name="what">What is asked for, in plural.</param>
sealed class SlotTurns(int count, string what)
{
    readonly SemaphoreSlim _turns = new(count);
    int _waiting;

    /// <summary>Waits for a turn. The caller disposes it.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">There is none in time, or too many wait.</exception>
    public async Task<SlotTurn> TakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return Interlocked.Increment(ref _waiting) <= ServerLimits.MaxWaitingForTurns
                && await _turns.WaitAsync(patience, cancellationToken)
                    ? new SlotTurn(_turns)
                    : throw new UpstreamUnavailableException($"Too many {what} of upstream are being read.")
                    {
                        IsRejection = true,
                    };
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
