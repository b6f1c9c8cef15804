using System.Net;
using System.Net.Sockets;

namespace PyRepo.Operator.Management;

/// <summary>
/// A port that answers HTTP/1.1. It is for a probe and a scraper: ASP.NET Core would cost more memory than the rest of
/// the operator.
/// </summary>
sealed class HttpPort : IAsyncDisposable
{
    const int MaxConnections = 256;
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    readonly Socket _socket;
    readonly Func<string, HttpAnswer> _answer;
    readonly TimeProvider _clock;
    readonly CancellationTokenSource _closing = new();
    readonly SemaphoreSlim _free = new(MaxConnections);
    readonly Task _accepting;

    HttpPort(Socket socket, Func<string, HttpAnswer> answer, TimeProvider clock)
    {
        (_socket, _answer, _clock) = (socket, answer, clock);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Starts to listen. On <c>::</c>, it listens to IPv4, too.</summary>
    /// <param name="listen">The address; with port 0, any port.</param>
    /// <param name="answer">The answer to a path.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="IOException">The address is taken, or is none of this machine.</exception>
    public static HttpPort Open(IPEndPoint listen, Func<string, HttpAnswer> answer, TimeProvider clock)
    {
        Socket? socket = null;
        try
        {
            socket = new(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (listen.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(listen);
            socket.Listen();
            return new(socket, answer, clock);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            var reason = error.SocketErrorCode is SocketError.AddressAlreadyInUse
                ? "address already in use." : error.Message;
            throw new IOException($"Failed to bind to address http://{listen}: {reason}", error);
        }
    }

    /// <summary>Closes it, after the answers that began.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _socket.Dispose();
        for (var i = 0; i < MaxConnections; i++)
            await _free.WaitAsync();
        _free.Dispose();
        _closing.Dispose();
    }

    async Task AcceptAsync()
    {
        while (await TryAcceptAsync() is { } client)
        {
            await _free.WaitAsync();
            _ = ServeAsync(client);
        }
    }

    /// <returns>A client, or null where the port closes.</returns>
    async Task<Socket?> TryAcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _socket.AcceptAsync(_closing.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (SocketException)
            {
                // The client has left, or there are too many descriptors.
                await Task.Delay(_pause, _clock, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task ServeAsync(Socket client)
    {
        try
        {
            await new HttpConnection(client, _answer, _clock).RunAsync(_closing.Token);
        }
        finally
        {
            _free.Release();
        }
    }
}
