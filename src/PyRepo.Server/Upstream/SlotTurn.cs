namespace PyRepo.Server.Upstream;

/// <summary>One of few turns to ask an upstream for something. It ends when it is disposed.</summary>
/// <remarks>
/// Requests wait here and not in the connection pool, where the wait would count as upstream's silence.
/// </remarks>
sealed class SlotTurn : IDisposable
{
    SemaphoreSlim? _turns;

    SlotTurn(SemaphoreSlim turns) => _turns = turns;

    /// <summary>Waits for a turn.</summary>
    /// <param name="turns">The turns.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="what">What is asked for, in plural.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">There is none in time.</exception>
    public static async Task<SlotTurn> TakeAsync(
        SemaphoreSlim turns, TimeSpan patience, string what, CancellationToken cancellationToken) =>
        await turns.WaitAsync(patience, cancellationToken)
            ? new SlotTurn(turns)
            : throw new UpstreamUnavailableException($"Too many {what} of upstream are being read.")
            {
                IsRejection = true,
            };

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Release();
}
