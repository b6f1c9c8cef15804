using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench.Hostile.Clients;

/// <summary>A connection whose client does what no library would do.</summary>
sealed class RawConnection : IDisposable
{
    readonly Socket _socket;

    RawConnection(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <param name="window">The bytes that the client takes before it reads; 0: the system's.</param>
    /// <param name="from">The client's address; null: whatever the system chooses.</param>
    /// <returns>Null if the server refused.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<RawConnection?> OpenAsync(
        Uri server, CancellationToken cancellation, int window = 0, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (window > 0)
            socket.ReceiveBufferSize = window;
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellation);
            return new RawConnection(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <returns>Whether the server took all of it.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public Task<bool> SendAsync(string head, CancellationToken cancellation) =>
        SendAsync(Encoding.ASCII.GetBytes(head), cancellation);

    /// <summary>Reads until the server ends the connection.</summary>
    /// <returns>The status of the answer; null: there was none.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<string?> ReadToEndAsync(CancellationToken cancellation)
    {
        string? status = null;
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, cancellation) is > 0 and var read)
                status ??= Encoding.ASCII.GetString(buffer, 0, read).Split(' ').ElementAtOrDefault(1);
        }
        catch (SocketException)
        {
            // The server broke it off.
        }
        return status;
    }

    public void Dispose() => _socket.Dispose();
}
