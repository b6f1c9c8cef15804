using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Serving;

/// <summary>A server that is told to end lets running transfers finish, as long as it may.</summary>
public sealed class ShutdownTests
{
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0", payload: 20 << 20);

    [Fact]
    public async Task Running_transfers_finish_and_new_ones_are_rejected()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", _wheel);
        await using var download = await BeginDownloadAsync(server);
        var uploaded = TestWheel.Create("last", "1.0", payload: 5 << 20);
        var body = UploadParts.From(uploaded).ToArray();
        await using var upload = await RawConnection.OpenAsync(server);
        await upload.SendUploadHeadAsync(server, "team", body.Length);
        await upload.SendAsync(body.AsMemory(0, 2 << 20));
        await Eventually.IsAsync(
            "the upload is on its way",
            () => Task.FromResult(FolderTree.Staged(server.GetFolder("team")).Any(f => f.Length > 1 << 20)));

        var stopped = server.StopAsync();
        await Eventually.IsAsync("new connections are refused", () => IsRefusedAsync(server));
        Assert.False(stopped.IsCompleted);
        await upload.SendAsync(body.AsMemory(2 << 20));
        Assert.Equal(200, (await upload.ReadAnswerAsync()).Status);
        Assert.False(stopped.IsCompleted);
        Assert.Equal(_wheel.Bytes, (await download.ReadAnswerAsync()).Body);
        Assert.Equal(0, await stopped);

        await server.StartAgainAsync();
        Assert.True(await server.ServesAsync("team", _wheel));
        Assert.True(await server.ServesAsync("team", uploaded));
    }

    [Fact]
    public async Task A_terminal_that_is_closed_lets_running_transfers_finish()
    {
        await using var server = await PyRepoServer.StartInTerminalAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", _wheel);
        await using var download = await BeginDownloadAsync(server);
        var stopped = server.HangUpAsync();
        await Eventually.IsAsync("new connections are refused", () => IsRefusedAsync(server));
        Assert.False(stopped.IsCompleted);
        Assert.Equal(_wheel.Bytes, (await download.ReadAnswerAsync()).Body);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task Stalled_transfers_are_aborted_when_the_grace_period_ends()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"), "--drain", "1");
        await server.MustTakeAsync("team", _wheel);
        await using var download = await BeginDownloadAsync(server);
        var body = UploadParts.From(TestWheel.Create("stuck", "1.0", payload: 5 << 20)).ToArray();
        await using var upload = await RawConnection.OpenAsync(server);
        await upload.SendUploadHeadAsync(server, "team", body.Length);
        await upload.SendAsync(body.AsMemory(0, 2 << 20));
        await Eventually.IsAsync(
            "the upload is on its way",
            () => Task.FromResult(FolderTree.Staged(server.GetFolder("team")).Any(f => f.Length > 1 << 20)));

        Assert.Equal(0, await server.StopAsync());
        Assert.Empty(FolderTree.Staged(server.GetFolder("team")));
        await Assert.ThrowsAnyAsync<Exception>(download.ReadAnswerAsync);

        await server.StartAgainAsync();
        Assert.True(await server.ServesAsync("team", _wheel));
        Assert.Null(await ProjectPage.ReadAsync(server, "team", "stuck"));
    }

    [Fact]
    public async Task An_idle_server_exits_immediately_with_status_0()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await using var idle = await RawConnection.OpenAsync(server);
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team/simple/"));
        Assert.Equal(0, await server.StopAsync());
    }

    /// <summary>Begins a download, of which more is to come than the kernel keeps.</summary>
    static async Task<RawConnection> BeginDownloadAsync(PyRepoServer server)
    {
        var connection = await RawConnection.OpenAsync(server, receiveBuffer: 64 * 1024);
        await connection.SendHeadAsync(
            $"GET /team/packages/demo/{_wheel.FileName} HTTP/1.1", $"Host: {server.Url.Authority}");
        await connection.WaitForBytesAsync();
        return connection;
    }

    static async Task<bool> IsRefusedAsync(PyRepoServer server)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server.Url.Host, server.Url.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
