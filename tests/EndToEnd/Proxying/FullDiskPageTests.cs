using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>On a full disk a proxy shows the fresh page, and the kept one while upstream is down.</summary>
public sealed class FullDiskPageTests(ITestOutputHelper output)
{
    readonly ScriptedFile _old = ScriptedFile.Wheel("one", "1.0");
    readonly ScriptedFile _new = ScriptedFile.Wheel("one", "2.0");

    [MountingFact]
    public async Task The_fresh_page_is_served_from_memory_and_saved_once_there_is_room()
    {
        await using var proxy = await StartWithFullDiskAsync();
        proxy.Upstream.Serve(new ScriptedPage("one", _old, _new));
        await Eventually.IsAsync(
            "the new release is shown", 2, async () => (await PageAsync(proxy, "one")).FileNames.Count);
        proxy.Upstream.Serve(new ScriptedPage("two", ScriptedFile.Wheel("two", "1.0")));
        Assert.Single((await PageAsync(proxy, "two")).FileNames);
        (await proxy.PageAsync("three")).Must(HttpStatusCode.NotFound);

        proxy.Disk.Free();
        await Eventually.IsAsync("the page is saved", async () =>
        {
            await PageAsync(proxy, "two");
            return File.Exists(Path.Combine(proxy.Server.GetFolder(ProxyOnSmallDisk.Proxy), "upstream", "two.json"));
        });
    }

    [MountingFact]
    public async Task The_cached_page_is_served_while_upstream_is_down_even_after_a_restart()
    {
        await using var proxy = await StartWithFullDiskAsync();
        proxy.Upstream.AtPage("one", Replies.Drop);
        await Eventually.IsAsync("it is stale", "STALE", async () => (await PageAsync(proxy, "one")).XCache);
        await proxy.RestartAsync();
        Assert.Equal([_old.FileName], (await PageAsync(proxy, "one")).FileNames);
    }

    [MountingFact]
    public async Task A_deleted_project_is_gone()
    {
        await using var proxy = await StartWithFullDiskAsync();
        proxy.Upstream.AtPage("one", Replies.Status(404));
        await Eventually.IsAsync(
            "it is gone", HttpStatusCode.NotFound, async () => (await proxy.PageAsync("one")).Status);
        proxy.Upstream.AtPage("one", Replies.Drop);
        await proxy.RestartAsync();
        (await proxy.PageAsync("one")).Must(HttpStatusCode.ServiceUnavailable);
    }

    async Task<ProxyOnSmallDisk> StartWithFullDiskAsync()
    {
        var proxy = await ProxyOnSmallDisk.StartAsync(
            "{ projectTtl: 1s, notFoundTtl: 0s, indexTtl: 1s }", 5 << 20, output);
        proxy.Upstream.Serve(new ScriptedPage("one", _old));
        Assert.Equal([_old.FileName], (await PageAsync(proxy, "one")).FileNames);
        proxy.Disk.FillExcept(0);
        return proxy;
    }

    static async Task<ProxyResponse> PageAsync(ProxyOnSmallDisk proxy, string project) =>
        (await proxy.PageAsync(project)).Must(HttpStatusCode.OK);
}
