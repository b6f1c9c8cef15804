using System.Net;
using System.Text;
using EndToEnd.Serving;
using Xunit.Abstractions;

namespace EndToEnd.Proxying;

/// <summary>On a full disk a proxy serves what it has and passes on the rest.</summary>
public sealed class ProxyDiskFullTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Proxy = "proxy";
    readonly ScriptedFile _kept = ScriptedFile.Wheel("one", "1.0", 100_000);
    readonly ScriptedFile _small = ScriptedFile.Wheel("one", "2.0", 200_000);
    readonly ScriptedFile _large = ScriptedFile.Wheel("one", "3.0", 4_000_000);
    ScriptedUpstream _upstream = null!;
    PyRepoServer _server = null!;
    SmallDisk? _disk;

    public async Task InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(
            Proxy, _upstream.Index, "cache: { projectTtl: 1h, maxSize: 100Mi }"));
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
    public async Task Files_are_passed_on_and_those_that_are_cached_are_served()
    {
        await PutOnSmallDiskAsync();
        _disk!.FillExcept(0);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(_kept.Bytes, (await FileAsync(_kept)).Bytes);
            Assert.Equal(_small.Bytes, (await FileAsync(_small)).Bytes);
            Assert.Equal(_large.Bytes, (await FileAsync(_large)).Bytes);
        }
        Assert.Equal("HIT", (await FileAsync(_kept)).XCache);

        _disk.Free();
        await FileAsync(_small);
        await Eventually.IsAsync("it is cached", "HIT", async () => (await FileAsync(_small)).XCache);
    }

    [MountingFact]
    public async Task A_file_for_which_the_room_ends_on_the_way_is_passed_on_to_its_end()
    {
        await PutOnSmallDiskAsync();
        _disk!.FillExcept(300);
        var url = (await _server.PageAsync(Proxy, "one")).UrlOf(_large.FileName);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _server.AskAsync(url)));
        Assert.All(answers, answer => Assert.Equal(_large.Bytes, answer.Must(HttpStatusCode.OK).Bytes));
        Assert.Empty(Directory.GetFiles(Path.Combine(_server.FolderOf(Proxy), ".staging")));
    }

    [MountingFact]
    public async Task Wrong_bytes_are_never_passed_on_to_the_end()
    {
        await PutOnSmallDiskAsync();
        _disk!.FillExcept(0);
        foreach (var file in (ScriptedFile[])[_small, _large])
        {
            var wrong = (byte[])file.Bytes.Clone();
            wrong[40] ^= 1;
            _upstream.AtFile(file.FileName, Replies.Bytes(wrong));
            var url = (await _server.PageAsync(Proxy, "one")).UrlOf(file.FileName);
            try
            {
                (await _server.AskAsync(url)).Must(HttpStatusCode.ServiceUnavailable);
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
        var file = ScriptedFile.Wheel("one", "4.0") with { CoreMetadata = ScriptedFile.Sha256Of(metadata) };
        await PutOnSmallDiskAsync(file);
        _upstream.AtFile(file.FileName + ".metadata", Replies.Bytes(metadata));
        _disk!.FillExcept(0);
        var url = (await _server.PageAsync(Proxy, "one")).UrlOf(file.FileName);
        var answer = await _server.AskAsync(new Uri(url.AbsoluteUri + ".metadata"));
        Assert.Equal(metadata, answer.Must(HttpStatusCode.OK).Bytes);
    }

    [MountingFact]
    public async Task A_cached_file_that_is_gone_is_passed_on_though_its_loss_cannot_be_recorded()
    {
        await PutOnSmallDiskAsync();
        _disk!.FillExcept(0);
        foreach (var bytes in Directory.GetFiles(
            Path.Combine(_server.FolderOf(Proxy), "packages"), "*.whl", SearchOption.AllDirectories))
        {
            File.Delete(bytes);
        }
        _disk.Free();
        _disk.FillExcept(0);
        for (var i = 0; i < 2; i++)
            Assert.Equal(_kept.Bytes, (await FileAsync(_kept)).Bytes);
    }

    async Task PutOnSmallDiskAsync(params ScriptedFile[] more)
    {
        await _server.StopAsync();
        _disk = await SmallDisk.MountAsync(_server.FolderOf(Proxy), 8 << 20);
        await _server.StartAgainAsync();
        _upstream.Serve(new ScriptedPage("one", [_kept, _small, _large, .. more]));
        await Eventually.IsAsync("it is cached", "HIT", async () => (await FileAsync(_kept)).XCache);
    }

    async Task<ProxyResponse> FileAsync(ScriptedFile file) =>
        (await _server.FileAsync(Proxy, "one", file.FileName)).Must(HttpStatusCode.OK);
}
