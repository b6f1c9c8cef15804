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

/// <summary>
/// A listener that closes the connections beyond a number, and those beyond an address' share of it. It does so before
/// it accepts the next one, so that a burst takes no descriptors either: what Kestrel's pipeline rejects is closed only
/// when a thread is free for it.
/// </summary>
/// <param name="inner">Accepts the connections.</param>
/// <param name="limit">How many may be open.</param>
/// <param name="logger">Receives a line when the limit is exceeded.</param>
sealed class LimitedListener(IConnectionListener inner, ConnectionLimit limit, ILogger logger) : IConnectionListener
{
    readonly ConnectionCounts _counts = new(limit);

    /// <inheritdoc/>
    public EndPoint EndPoint => inner.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await inner.AcceptAsync(cancellationToken) is { } connection)
        {
            var address = _counts.GetAddress((connection.RemoteEndPoint as IPEndPoint)?.Address);
            var verdict = _counts.TryOpen(address, out var open);
            if (verdict is ConnectionVerdict.Open)
                return new LimitedConnection(connection, () => _counts.Close(address));
            if (verdict is ConnectionVerdict.TooMany)
                Log.TooManyConnections(logger, open, limit.Port);
            else
                Log.TooManyOfAddress(logger, open, limit.Port, address!);
            await connection.DisposeAsync();
        }
        return null;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
        inner.UnbindAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
