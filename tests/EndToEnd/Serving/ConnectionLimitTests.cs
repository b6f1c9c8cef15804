using System.Net;

namespace EndToEnd.Serving;

/// <summary>Strangers open more connections than the server may have descriptors.</summary>
public sealed class ConnectionLimitTests
{
    const int Descriptors = 256;

    [Fact]
    public async Task More_idle_connections_than_descriptors_end_neither_the_process_nor_its_health()
    {
        await using var server = await PyRepoServer.StartWithDescriptorsAsync(Manifest.Of("team"), Descriptors);
        var process = server.ProcessId;
        var connections = new List<RawConnection>();
        for (var i = 0; i < 2 * Descriptors; i++)
            connections.Add(await RawConnection.OpenAsync(server));
        await connections[^1].WaitForEndAsync();
        using (var live = await server.Http.GetAsync(new Uri(server.Management, "healthz/live")))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Contains("connections to the package port are open", server.LogText(), StringComparison.Ordinal);
        foreach (var connection in connections)
            await connection.DisposeAsync();
        await Eventually.IsAsync("pages are served again", HttpStatusCode.OK, () => StatusAsync(server));
        Assert.Equal(process, server.ProcessId);
        Assert.Equal(0, await server.StopAsync());
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
