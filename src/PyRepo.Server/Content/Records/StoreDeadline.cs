using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>Limits how long a reader waits for the store.</summary>
static class StoreDeadline
{
    /// <summary>Clients give up after 15 seconds, and there is something older to show.</summary>
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>A long record takes its time.</summary>
    static readonly TimeSpan _timeoutOfFirst = TimeSpan.FromSeconds(30);

    /// <summary>There is another way to find the answer.</summary>
    static readonly TimeSpan _timeoutOfLook = TimeSpan.FromSeconds(2);

    /// <summary>Runs a look that spares a read. Returns false if it fails, or takes too long.</summary>
    public static async Task<bool> LookAsync(
        Func<CancellationToken, Task<bool>> look, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new RunningTimeout(_timeoutOfLook, cancellationToken, clock);
        try
        {
            return await look(limit.Token);
        }
        catch (Exception error) when (error is IOException or InvalidDataException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Runs a read.</summary>
    /// <param name="isFirst">Whether there is nothing in memory to show instead.</param>
    /// <param name="read">The read.</param>
    /// <param name="clock">Tells how long it takes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">It takes too long.</exception>
    public static async Task<T> RunAsync<T>(
        bool isFirst, Func<CancellationToken, Task<T>> read, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new RunningTimeout(
            isFirst ? _timeoutOfFirst : _timeout, cancellationToken, clock);
        try
        {
            return await read(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The bucket does not answer in time.");
        }
    }
}
