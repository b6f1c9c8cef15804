using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Connections;

/// <summary>
/// Gives each listener a limit of its own. Kestrel's counts all listeners together, so that strangers could keep the
/// probes of the management port out.
/// </summary>
/// <param name="inner">Binds the listeners.</param>
/// <param name="limitOf">Returns the limit of the listener at an endpoint.</param>
/// <param name="logger">Receives a line when a limit is exceeded.</param>
sealed class LimitedListenerFactory(
    IConnectionListenerFactory inner, Func<EndPoint, ConnectionLimit> limitOf, ILogger logger)
    : IConnectionListenerFactory
{
    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new LimitedListener(await inner.BindAsync(endpoint, cancellationToken), limitOf(endpoint), logger);
}
