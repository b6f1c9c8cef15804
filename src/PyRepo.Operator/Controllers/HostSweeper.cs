using Microsoft.Extensions.Logging;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Ends the holds of hosts by time, while this process leads. It tells no resource: one that waits for a host looks
/// again by itself, so that no event decides who gets it.
/// </summary>
sealed class HostSweeper(HostRegistry hosts, ClusterCache cache, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    /// <summary>Looks until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await cache.Synced.WaitAsync(cancellationToken);
        while (true)
        {
            try
            {
                await hosts.SweepAsync(cancellationToken);
            }
            // What went wrong now may go right the next time; until then each host is held longer.
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                Log.HostsNotSwept(logger, error.Message);
            }
            await Task.Delay(_interval, clock, cancellationToken);
        }
    }
}
