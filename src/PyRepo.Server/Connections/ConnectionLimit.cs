using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Connections;

/// <summary>
/// Closes the connections to a listener that exceed a number. Kestrel's own limit counts all listeners together, so
/// that strangers could keep the probes of the management port out.
/// </summary>
/// <param name="most">The number of connections.</param>
/// <param name="port">What the listener is for, for the log.</param>
/// <param name="logger">Receives a line when the limit is exceeded.</param>
sealed class ConnectionLimit(int most, string port, ILogger logger)
{
    int _open;

    /// <summary>Applies the limit to a listener.</summary>
    public void Use(ListenOptions listen) => listen.Use(next => connection => ServeAsync(connection, next));

    /// <summary>Serves a connection, or returns at once, upon which Kestrel closes it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= most)
                await next(connection);
            else
                Log.TooManyConnections(logger, most, port);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
