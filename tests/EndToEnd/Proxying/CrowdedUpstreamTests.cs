using System.Net;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>Files and metadata that come slowly, for many clients: other projects do not wait for them.</summary>
public sealed class CrowdedUpstreamTests(PatientProxies many, ITestOutputHelper output)
    : IClassFixture<PatientProxies>, IDisposable
{
    readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _gate.TrySetResult();
        many.Server.ShowLog(output);
    }

    [Fact]
    public async Task Metadata_requested_by_many_clients_is_fetched_once_and_delays_no_page()
    {
        var name = many.Take();
        var metadata = Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
        var file = ScriptedFile.Wheel(name, "1.0") with { CoreMetadata = ScriptedFile.GetSha256(metadata) };
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName + ".metadata", Replies.Later(_gate.Task, Replies.Bytes(metadata)));
        var url = new Uri((await many.Server.PageAsync(name, name)).GetUrl(file.FileName).AbsoluteUri + ".metadata");
        var waiting = Enumerable.Range(0, 60).Select(_ => many.Server.AskAsync(url)).ToList();
        await IsServedAsync(name);
        _gate.SetResult();
        foreach (var answer in await Task.WhenAll(waiting))
            Assert.Equal(metadata, answer.Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(1, many.Upstream.CountOfFile(file.FileName + ".metadata"));
    }

    [Fact]
    public async Task Slow_files_do_not_delay_pages()
    {
        var name = many.Take();
        ScriptedFile[] files =
            [.. Enumerable.Range(0, 60).Select(i => ScriptedFile.Wheel(name, $"{i}.0", 2_000_000, seed: i))];
        many.Upstream.Serve(new ScriptedPage(name, files));
        foreach (var file in files)
            many.Upstream.AtFile(file.FileName, Replies.Gated(file.Bytes, 1000, _gate.Task));
        var page = await many.Server.PageAsync(name, name);
        var waiting = files.Select(file => many.Server.AskAsync(page.GetUrl(file.FileName))).ToList();
        await Eventually.IsAsync(
            "many are fetched", () => Task.FromResult(files.Sum(f => many.Upstream.CountOfFile(f.FileName)) >= 32));
        await IsServedAsync(name);
        _gate.SetResult();
        foreach (var (file, answer) in files.Zip(await Task.WhenAll(waiting)))
            Assert.Equal(file.Bytes, answer.Must(HttpStatusCode.OK).Bytes);
    }

    async Task IsServedAsync(string proxy)
    {
        var other = $"{proxy}-other";
        many.Upstream.Serve(new ScriptedPage(other, ScriptedFile.Wheel(other, "1.0")));
        Assert.Single((await many.Server.PageAsync(proxy, other)).Must(HttpStatusCode.OK).FileNames);
    }
}
