using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Connections;

/// <summary>
/// A listener that closes the connections beyond a number. It does so before it accepts the next one, so that a burst
/// takes no descriptors either: what Kestrel's pipeline rejects is closed only when a thread is free for it.
/// </summary>
/// <param name="inner">Accepts the connections.</param>
/// <param name="limit">How many may be open.</param>
/// <param name="logger">Receives a line when the limit is exceeded.</param>
sealed class LimitedListener(IConnectionListener inner, ConnectionLimit limit, ILogger logger) : IConnectionListener
{
    int _open;

    /// <inheritdoc/>
    public EndPoint EndPoint => inner.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await inner.AcceptAsync(cancellationToken) is { } connection)
        {
            if (Interlocked.Increment(ref _open) <= limit.Count)
                return new LimitedConnection(connection, () => Interlocked.Decrement(ref _open));
            Log.TooManyConnections(logger, limit.Count, limit.Port);
            await connection.DisposeAsync();
            Interlocked.Decrement(ref _open);
        }
        return null;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
        inner.UnbindAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
