using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>A proxy whose folder is a small disk of its own, and its upstream.</summary>
public sealed class ProxyOnSmallDisk : IAsyncDisposable
{
    public const string Proxy = "proxy";
    readonly ITestOutputHelper _output;

    ProxyOnSmallDisk(ScriptedUpstream upstream, PyRepoServer server, SmallDisk disk, ITestOutputHelper output) =>
        (Upstream, Server, Disk, _output) = (upstream, server, disk, output);

    public ScriptedUpstream Upstream { get; }

    public PyRepoServer Server { get; }

    public SmallDisk Disk { get; }

    /// <param name="cache">The proxy's <c>spec.cache</c>, in YAML's flow style.</param>
    /// <param name="size">The size of the disk in bytes.</param>
    /// <param name="output">Gets the server's log.</param>
    public static async Task<ProxyOnSmallDisk> StartAsync(string cache, int size, ITestOutputHelper output)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(Proxy, upstream.Index, $"cache: {cache}"));
        await server.StopAsync();
        var disk = await SmallDisk.MountAsync(server.GetFolder(Proxy), size);
        await server.StartAgainAsync();
        return new ProxyOnSmallDisk(upstream, server, disk, output);
    }

    public async ValueTask DisposeAsync()
    {
        Server.ShowLog(_output);
        await Disk.DisposeAsync();
        await Server.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    public Task<ProxyResponse> PageAsync(string project) => Server.PageAsync(Proxy, project);

    public Task<ProxyResponse> FileAsync(ScriptedFile file) => Server.FileAsync(Proxy, "one", file.FileName);

    public async Task RestartAsync()
    {
        await Server.StopAsync();
        await Server.StartAgainAsync();
    }
}
