namespace PyRepo.Storage;

/// <summary>
/// Runs an operation for everybody who asks. Whoever asks while it runs waits for the next run, which all of those
/// share: so everybody gets a run that began after they asked, whatever a clock says.
/// </summary>
public sealed class SharedRun(Func<Task> run)
{
    readonly Lock _lock = new();
    Task _running = Task.CompletedTask;
    Task? _next;

    /// <summary>Waits for a run that begins after this call.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_next is null)
                _next = StartAfterAsync(_running);
            return _next.WaitAsync(cancellationToken);
        }
    }

    async Task StartAfterAsync(Task running)
    {
        // Never on the caller's thread, which has the lock.
        await running.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
        lock (_lock)
            (_running, _next) = (_next!, null);
        await run();
    }
}
