namespace PyRepo.Server.Upstream;

/// <summary>One of <see cref="SlotTurns"/>. It ends when it is disposed.</summary>
sealed class SlotTurn(SemaphoreSlim turns) : IDisposable
{
    SemaphoreSlim? _turns = turns;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Release();
}
