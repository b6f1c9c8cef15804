using System.Net;
using EndToEnd.Serving;
using Xunit.Abstractions;

namespace EndToEnd.Proxying;

/// <summary>On a full disk a proxy shows the fresh page, and the kept one while upstream is down.</summary>
public sealed class FullDiskPageTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    readonly ScriptedFile _old = ScriptedFile.Wheel("one", "1.0");
    readonly ScriptedFile _new = ScriptedFile.Wheel("one", "2.0");
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;
    SmallDisk? _disk;

    public async Task InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy(Proxy, _upstream.Index, "cache: { projectTtl: 1s, notFoundTtl: 0s, indexTtl: 1s }"));
    }

    public async Task DisposeAsync()
    {
        _server.ShowLog(output);
        if (_disk is not null)
            await _disk.DisposeAsync();
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [MountingFact]
    public async Task The_fresh_page_is_served_from_memory_and_saved_once_there_is_room()
    {
        await FillDiskAsync();
        _upstream.Serve(new ScriptedPage("one", _old, _new));
        await Eventually.IsAsync("the new release is shown", 2, async () => (await PageAsync("one")).FileNames.Count);
        _upstream.Serve(new ScriptedPage("two", ScriptedFile.Wheel("two", "1.0")));
        Assert.Single((await PageAsync("two")).FileNames);
        (await _server.PageAsync(Proxy, "three")).Must(HttpStatusCode.NotFound);

        _disk!.Free();
        await Eventually.IsAsync("the page is saved", async () =>
        {
            await PageAsync("two");
            return File.Exists(Path.Combine(_server.FolderOf(Proxy), "upstream", "two.json"));
        });
    }

    [MountingFact]
    public async Task The_kept_page_is_served_while_upstream_is_down_also_after_a_restart()
    {
        await FillDiskAsync();
        _upstream.AtPage("one", Replies.Drop);
        await Eventually.IsAsync("it is stale", "STALE", async () => (await PageAsync("one")).XCache);
        await _server.StopAsync();
        await _server.StartAgainAsync();
        Assert.Equal([_old.FileName], (await PageAsync("one")).FileNames);
    }

    [MountingFact]
    public async Task A_deleted_project_is_gone()
    {
        await FillDiskAsync();
        _upstream.AtPage("one", Replies.Status(404));
        await Eventually.IsAsync(
            "it is gone", HttpStatusCode.NotFound, async () => (await _server.PageAsync(Proxy, "one")).Status);
        _upstream.AtPage("one", Replies.Drop);
        await _server.StopAsync();
        await _server.StartAgainAsync();
        (await _server.PageAsync(Proxy, "one")).Must(HttpStatusCode.ServiceUnavailable);
    }

    async Task FillDiskAsync()
    {
        await _server.StopAsync();
        _disk = await SmallDisk.MountAsync(_server.FolderOf(Proxy), 5 << 20);
        await _server.StartAgainAsync();
        _upstream.Serve(new ScriptedPage("one", _old));
        Assert.Equal([_old.FileName], (await PageAsync("one")).FileNames);
        _disk.FillExcept(0);
    }

    async Task<ProxyResponse> PageAsync(string project) =>
        (await _server.PageAsync(Proxy, project)).Must(HttpStatusCode.OK);
}
