using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PyRepo.Server.Platform.Connections;

namespace PyRepo.Server.Tests.Platform.Connections;

public sealed class LimitedListenerTests
{
    const int Limit = 4;

    [Fact]
    public async Task A_burst_of_connections_opens_no_more_than_the_limit_before_any_is_served()
    {
        await using var listener = await BindAsync();
        var clients = await ConnectAsync(listener, 5 * Limit);
        var accepted = new List<ConnectionContext>();
        for (var i = 0; i < Limit; i++)
            accepted.Add((await listener.AcceptAsync())!);
        var next = listener.AcceptAsync();
        foreach (var rejected in clients[Limit..])
            await WaitForEndAsync(rejected);
        Assert.False(next.IsCompleted);
        await accepted[0].DisposeAsync();
        await ConnectAsync(listener, 1);
        await using var another = await next;
        Assert.NotNull(another);
        foreach (var connection in accepted[1..])
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task Closing_a_connection_twice_makes_room_for_one()
    {
        await using var listener = await BindAsync();
        await ConnectAsync(listener, Limit);
        var accepted = new List<ConnectionContext>();
        for (var i = 0; i < Limit; i++)
            accepted.Add((await listener.AcceptAsync())!);
        await accepted[0].DisposeAsync();
        await accepted[0].DisposeAsync();
        var clients = await ConnectAsync(listener, 2);
        await using var another = await listener.AcceptAsync();
        var next = listener.AcceptAsync();
        await WaitForEndAsync(clients[1]);
        Assert.False(next.IsCompleted);
        foreach (var connection in accepted[1..])
            await connection.DisposeAsync();
    }

    static ValueTask<IConnectionListener> BindAsync()
    {
        var sockets = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new LimitedListenerFactory(sockets, _ => new ConnectionLimit(Limit, "test"), NullLogger.Instance)
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
    }

    static async Task<List<Socket>> ConnectAsync(IConnectionListener listener, int count)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            sockets[^1].Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{i + 1}"), 0));
            await sockets[^1].ConnectAsync(listener.EndPoint);
        }
        return sockets;
    }

    static async Task WaitForEndAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }
}
