using PyRepo.Storage;

namespace PyRepo.Server.Records;

/// <summary>Looks at a store for which somebody waits: for a limited time.</summary>
static class StoreLook
{
    /// <summary>Clients give up after 15 seconds, and there is something older to show.</summary>
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>A long record takes its time.</summary>
    static readonly TimeSpan _timeoutOfFirst = TimeSpan.FromSeconds(30);

    /// <summary>Runs a look at the store.</summary>
    /// <param name="isFirst">Whether there is nothing in memory to show instead.</param>
    /// <param name="look">The look.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">It takes too long.</exception>
    public static async Task<T> RunAsync<T>(
        bool isFirst, Func<CancellationToken, Task<T>> look, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(isFirst ? _timeoutOfFirst : _timeout);
        try
        {
            return await look(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The bucket does not answer in time.");
        }
    }
}
