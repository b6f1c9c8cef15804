using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Serving;

/// <summary>Strangers open more connections than the server may have descriptors.</summary>
public sealed class ConnectionLimitTests
{
    const int Descriptors = 256;

    /// <summary>Fewer than the connections that Kestrel lets the kernel hold for it.</summary>
    const int Backlog = 400;

    [Fact]
    public async Task More_idle_connections_than_descriptors_harm_neither_the_process_nor_its_health()
    {
        await using var server = await PyRepoServer.StartWithDescriptorsAsync(Manifest.Create("team"), Descriptors);
        var process = server.ProcessId;
        var connections = new List<RawConnection>();
        for (var i = 0; i < 2 * Descriptors; i++)
            connections.Add(await RawConnection.OpenAsync(server));
        await connections[^1].WaitForEndAsync();
        using (var live = await server.Http.GetAsync(new Uri(server.Management, "healthz/live")))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        await server.MustLogAsync("connections to the package port are open");
        foreach (var connection in connections)
            await connection.DisposeAsync();
        await Eventually.IsAsync("pages are served again", HttpStatusCode.OK, () => StatusAsync(server));
        Assert.Equal(process, server.ProcessId);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Half_open_requests_from_one_address_do_not_block_other_addresses()
    {
        await using var server = await PyRepoServer.StartWithDescriptorsAsync(Manifest.Create("team"), Descriptors);
        var connections = new List<RawConnection>();
        for (var i = 0; i < Descriptors; i++)
        {
            connections.Add(await RawConnection.OpenAsync(server, from: IPAddress.Parse("127.0.0.2")));
            if (i < 4)
                await connections[i].SendAsync("GET /team/simple/ HTTP/1.1\r\nHost:"u8.ToArray());
        }
        await connections[^1].WaitForEndAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server));
        await server.MustLogAsync("connections to the package port are open from 127.0.0.2");
        foreach (var connection in connections)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_request_without_complete_headers_ends_after_ten_seconds()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var connection = await RawConnection.OpenAsync(server);
        var began = Stopwatch.GetTimestamp();
        await connection.SendAsync("GET /team/simple/ HTTP/1.1\r\nHost:"u8.ToArray());
        Assert.Equal(408, (await connection.ReadAnswerAsync()).Status);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 5, 25);
    }

    [Fact]
    public async Task A_burst_of_connections_takes_no_more_descriptors_than_the_limit_allows()
    {
        await using var server = await PyRepoServer.StartWithDescriptorsAsync(Manifest.Create("team"), Descriptors);
        var process = server.ProcessId;
        var connections = new List<RawConnection>();
        for (var burst = 0; burst < 5; burst++)
        {
            // What comes meanwhile is there all at once when the process goes on.
            server.Suspend();
            for (var i = 0; i < Backlog; i++)
                connections.Add(await RawConnection.OpenAsync(server));
            server.Resume();
            await connections[^1].WaitForEndAsync();
        }
        foreach (var connection in connections)
            await connection.DisposeAsync();
        await Eventually.IsAsync("pages are served again", HttpStatusCode.OK, () => StatusAsync(server));
        Assert.DoesNotContain("Too many open files", server.LogText(), StringComparison.Ordinal);
        Assert.Equal(process, server.ProcessId);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Connections_to_the_management_port_have_their_own_limit()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var connections = new List<TcpClient>();
        for (var i = 0; i < 40; i++)
        {
            connections.Add(new TcpClient(new IPEndPoint(IPAddress.Parse($"127.0.1.{i + 1}"), 0)));
            await connections[^1].ConnectAsync(server.Management.Host, server.Management.Port);
        }
        await server.MustLogAsync("32 connections to the management port are open");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server));
        foreach (var connection in connections)
            connection.Dispose();
    }

    static async Task<HttpStatusCode?> StatusAsync(PyRepoServer server)
    {
        try
        {
            using var page = await server.Http.GetAsync(server.IndexOf("team"));
            return page.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
