using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Bench.Servers;

/// <summary>
/// Passes TCP connections on to a server, each byte half a round trip late, and no more of them than a line carries
/// where one is given: the server seems far away.
/// </summary>
sealed class DelayingRelay : IDisposable
{
    const int PieceSize = 256 * 1024;

    /// <summary>What may be under way: enough for 30 ms at gigabytes a second.</summary>
    const int MostPieces = 256;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly int _port;
    readonly TimeSpan _oneWay;
    readonly double _bytesPerSecond;
    long _passed;

    public DelayingRelay(Uri server, TimeSpan roundTrip, double bytesPerSecond = double.PositiveInfinity)
    {
        (_port, _oneWay, this._bytesPerSecond) = (server.Port, roundTrip / 2, bytesPerSecond);
        _listener.Start();
        Address = new UriBuilder(server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _ = AcceptAsync();
    }

    /// <summary>Where the server is reached through this.</summary>
    public Uri Address { get; }

    /// <summary>The bytes that came from the server so far.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public void Dispose() => _listener.Dispose();

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _port);
            await Task.WhenAll(PassAsync(client, server, counts: false), PassAsync(server, client, counts: true));
        }
    }

    async Task PassAsync(Socket from, Socket to, bool counts)
    {
        var pieces = Channel.CreateBounded<(DateTime Due, byte[] Bytes)>(MostPieces);
        var reading = ReadAsync(from, pieces.Writer, counts);
        try
        {
            await foreach (var (due, bytes) in pieces.Reader.ReadAllAsync())
            {
                var wait = due - DateTime.UtcNow;
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait);
                await to.SendAsync(bytes);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            from.Close();
        }
        await reading;
    }

    async Task ReadAsync(Socket from, ChannelWriter<(DateTime, byte[])> pieces, bool counts)
    {
        var buffer = new byte[PieceSize];
        var due = DateTime.MinValue;
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                if (counts)
                    Interlocked.Add(ref _passed, read);
                var early = DateTime.UtcNow + _oneWay;
                due = (due > early ? due : early) + TimeSpan.FromSeconds(read / _bytesPerSecond);
                await pieces.WriteAsync((due, buffer.AsSpan(0, read).ToArray()));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other side ended.
        }
        pieces.Complete();
    }
}
