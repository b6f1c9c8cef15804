namespace PyRepo.Server.Platform.Egress;

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
