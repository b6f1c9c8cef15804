namespace PyRepo.Egress;

/// <summary>
/// A few turns to ask an upstream for something. The others wait, though not any number of them. Requests that have
/// passed other proxies, as far as they say and nobody proves, get half of the turns at most: others may share all that
/// they ask for, but these share only what they ask for with the same list.
/// </summary>
/// <remarks>
/// Requests wait here and not in the connection pool, where the wait would count as upstream's silence. They wait even
/// if their clients have left, because the answer is for all who come.
/// </remarks>
/// <param name="count">The number of turns at once.</param>
/// <param name="what">The things to ask for, in plural.</param>
sealed class SlotTurns(int count, string what)
{
    readonly Queue _all = new(count);
    readonly Queue _passed = new(Math.Max(1, count / 2));

    /// <summary>Waits for a turn. The caller disposes it.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">There is none in time, or too many wait.</exception>
    public async Task<SlotTurn> TakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!PassedProxies.Current.IsUnproved)
            return await TakeAsync(_all, null, patience, cancellationToken);
        var passed = await TakeAsync(_passed, null, patience, cancellationToken);
        try
        {
            return await TakeAsync(_all, passed, patience, cancellationToken);
        }
        catch
        {
            passed.Dispose();
            throw;
        }
    }

    async Task<SlotTurn> TakeAsync(
        Queue queue, SlotTurn? outer, TimeSpan patience, CancellationToken cancellationToken) =>
        await queue.TryEnterAsync(patience, cancellationToken)
            ? new SlotTurn(queue.Turns, outer)
            : throw new UpstreamUnavailableException($"Too many {what} of upstream are being read.")
            {
                IsRejection = true,
            };

    sealed class Queue(int count)
    {
        int _waiting;

        public SemaphoreSlim Turns { get; } = new(count);

        /// <summary>Waits for a turn. Returns false if there is none in time, or too many wait.</summary>
        public async Task<bool> TryEnterAsync(TimeSpan patience, CancellationToken cancellationToken)
        {
            try
            {
                return Interlocked.Increment(ref _waiting) <= EgressLimits.MaxWaitingForTurns
                    && await Turns.WaitAsync(patience, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }
}

/// <summary>One of <see cref="SlotTurns"/>, and another that goes with it. It ends when it is disposed.</summary>
sealed class SlotTurn(SemaphoreSlim turns, SlotTurn? outer) : IDisposable
{
    SemaphoreSlim? _turns = turns;

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _turns, null)?.Release();
        outer?.Dispose();
    }
}
