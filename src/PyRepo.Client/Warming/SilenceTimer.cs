namespace PyRepo.Client.Warming;

/// <summary>Cancels a request whose server is silent for too long.</summary>
sealed class SilenceTimer : IDisposable
{
    /// <summary>A proxy may fetch a file for some time before it has something to send.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    readonly CancellationTokenSource _silence;
    readonly CancellationTokenSource _either;

    public SilenceTimer(TimeProvider clock, CancellationToken cancellationToken)
    {
        _silence = new CancellationTokenSource(Limit, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellationToken);
    }

    /// <summary>Cancels what waits for the server.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Notes that the server sent something.</summary>
    public void Restart() => _silence.CancelAfter(Limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
