using System.Net;
using System.Text;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>On a full disk a proxy serves what it has and passes on the rest.</summary>
public sealed class ProxyDiskFullTests(ITestOutputHelper output)
{
    readonly ScriptedFile _kept = ScriptedFile.Wheel("one", "1.0", 100_000);
    readonly ScriptedFile _small = ScriptedFile.Wheel("one", "2.0", 200_000);
    readonly ScriptedFile _large = ScriptedFile.Wheel("one", "3.0", 4_000_000);

    [MountingFact]
    public async Task Uncached_files_are_streamed_and_cached_ones_are_served()
    {
        await using var proxy = await StartAsync();
        proxy.Disk.FillExcept(0);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(_kept.Bytes, (await FileAsync(proxy, _kept)).Bytes);
            Assert.Equal(_small.Bytes, (await FileAsync(proxy, _small)).Bytes);
            Assert.Equal(_large.Bytes, (await FileAsync(proxy, _large)).Bytes);
        }
        Assert.Equal("HIT", (await FileAsync(proxy, _kept)).XCache);

        proxy.Disk.Free();
        await FileAsync(proxy, _small);
        await Eventually.IsAsync("it is cached", "HIT", async () => (await FileAsync(proxy, _small)).XCache);
    }

    [MountingFact]
    public async Task A_file_is_streamed_completely_when_the_disk_fills_up_during_the_fetch()
    {
        await using var proxy = await StartAsync();
        proxy.Disk.FillExcept(300);
        var url = (await proxy.PageAsync("one")).GetUrl(_large.FileName);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => proxy.Server.AskAsync(url)));
        Assert.All(answers, answer => Assert.Equal(_large.Bytes, answer.Must(HttpStatusCode.OK).Bytes));
        Assert.Empty(Directory.GetFiles(Path.Combine(proxy.Server.GetFolder(ProxyOnSmallDisk.Proxy), ".staging")));
    }

    [MountingFact]
    public async Task Wrong_bytes_are_never_streamed_completely()
    {
        await using var proxy = await StartAsync();
        proxy.Disk.FillExcept(0);
        foreach (var file in (ScriptedFile[])[_small, _large])
        {
            var wrong = (byte[])file.Bytes.Clone();
            wrong[40] ^= 1;
            proxy.Upstream.AtFile(file.FileName, Replies.Bytes(wrong));
            var url = (await proxy.PageAsync("one")).GetUrl(file.FileName);
            try
            {
                (await proxy.Server.AskAsync(url)).Must(HttpStatusCode.ServiceUnavailable);
            }
            catch (HttpRequestException)
            {
                // Broken off.
            }
        }
    }

    [MountingFact]
    public async Task Metadata_are_served()
    {
        var metadata = Encoding.UTF8.GetBytes("Metadata-Version: 2.1\nName: one\nVersion: 4.0\n");
        var file = ScriptedFile.Wheel("one", "4.0") with { CoreMetadata = ScriptedFile.GetSha256(metadata) };
        await using var proxy = await StartAsync(file);
        proxy.Upstream.AtFile(file.FileName + ".metadata", Replies.Bytes(metadata));
        proxy.Disk.FillExcept(0);
        var url = (await proxy.PageAsync("one")).GetUrl(file.FileName);
        var answer = await proxy.Server.AskAsync(new Uri(url.AbsoluteUri + ".metadata"));
        Assert.Equal(metadata, answer.Must(HttpStatusCode.OK).Bytes);
    }

    [MountingFact]
    public async Task A_lost_cached_file_is_streamed_even_if_its_loss_cannot_be_recorded()
    {
        await using var proxy = await StartAsync();
        proxy.Disk.FillExcept(0);
        var packages = Path.Combine(proxy.Server.GetFolder(ProxyOnSmallDisk.Proxy), "packages");
        foreach (var bytes in Directory.GetFiles(packages, "*.whl", SearchOption.AllDirectories))
            File.Delete(bytes);
        proxy.Disk.Free();
        proxy.Disk.FillExcept(0);
        for (var i = 0; i < 2; i++)
            Assert.Equal(_kept.Bytes, (await FileAsync(proxy, _kept)).Bytes);
    }

    async Task<ProxyOnSmallDisk> StartAsync(params ScriptedFile[] more)
    {
        var proxy = await ProxyOnSmallDisk.StartAsync("{ projectTtl: 1h, maxSize: 100Mi }", 8 << 20, output);
        proxy.Upstream.Serve(new ScriptedPage("one", [_kept, _small, _large, .. more]));
        await Eventually.IsAsync("it is cached", "HIT", async () => (await FileAsync(proxy, _kept)).XCache);
        return proxy;
    }

    static async Task<ProxyResponse> FileAsync(ProxyOnSmallDisk proxy, ScriptedFile file) =>
        (await proxy.FileAsync(file)).Must(HttpStatusCode.OK);
}
