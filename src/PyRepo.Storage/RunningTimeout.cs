namespace PyRepo.Storage;

/// <summary>
/// Cancels a wait after a time in which this process ran. What arrives while it is stopped, or its machine is paused, is
/// there when it goes on: it must not be taken for late only because a timer is due, too.
/// </summary>
public sealed class RunningTimeout : IDisposable
{
    static readonly TimeSpan _step = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _source;
    readonly ITimer _timer;
    readonly Lock _lock = new();
    int _stepsLeft;
    bool _isDisposed;

    /// <param name="timeout">The time, which is counted in steps of a quarter of a second.</param>
    /// <param name="cancellationToken">Cancels the wait before.</param>
    /// <param name="clock">Counts the steps, or null for the system's clock.</param>
    public RunningTimeout(TimeSpan timeout, CancellationToken cancellationToken, TimeProvider? clock = null)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stepsLeft = Math.Max(1, (int)Math.Ceiling(timeout / _step));
        // However long the process was stopped, the timer is due once or twice for that, and not once for each period.
        _timer = (clock ?? TimeProvider.System).CreateTimer(
            static timeout => ((RunningTimeout)timeout!).Step(), this, _step, _step);
    }

    /// <summary>Is canceled when the time is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _timer.Dispose();
        _source.Dispose();
    }

    void Step()
    {
        lock (_lock)
        {
            if (_isDisposed || --_stepsLeft != 0)
                return;
        }
        _ = CancelAsync();
    }

    async Task CancelAsync()
    {
        try
        {
            await _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The wait ended in this moment.
        }
    }
}
