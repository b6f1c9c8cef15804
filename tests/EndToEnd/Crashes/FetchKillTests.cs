using System.Globalization;
using System.Net;
using System.Text;
using EndToEnd.Proxying;

namespace EndToEnd.Crashes;

/// <summary>
/// Kills the server (SIGKILL) at a random moment of fetches from upstream, again and again: nothing corrupt is ever
/// served, and the next request repairs what was torn. See <see cref="CrashRun"/>.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FetchKillTests
{
    const int Workers = 4;
    const int Projects = 6;
    const int Releases = 4;
    readonly CrashRun _run = new("kill -9 in fetches", full: 300);
    readonly List<string> _wrong = [];
    readonly Lock _lock = new();
    int _served;

    [Fact]
    public async Task After_a_kill_during_a_fetch_nothing_corrupt_is_served_and_the_next_request_recovers()
    {
        var random = new Random(_run.Seed);
        await using var upstream = await ScriptedUpstream.StartAsync();
        var pages = Enumerable.Range(0, Projects).Select(p => GetPage(p, random)).ToArray();
        foreach (var page in pages)
            upstream.Serve(page);
        // The cache is so small that files go and come back all the time.
        await using var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy(
            "proxy", upstream.Index, "cache: { projectTtl: 1s, maxSize: 12Mi }"));
        var done = 0;
        try
        {
            for (; done < _run.Rounds && _wrong.Count == 0; done++)
            {
                await BotherAndKillAsync(server, pages, random);
                await server.StartAgainAsync();
                await CheckAsync(server, pages[random.Next(pages.Length)]);
            }
        }
        finally
        {
            _run.Report(
                $"{done} kills, {_served} files served, {_wrong.Count} wrong {string.Join("; ", _wrong)}".TrimEnd());
        }
        Assert.True(
            _wrong.Count == 0, $"Seed {_run.Seed}, round {done}:\n{string.Join('\n', _wrong)}\n{server.LogText()}");
        foreach (var page in pages)
            await CheckAsync(server, page);
        Assert.Empty(_wrong);
        Assert.Equal(0, await server.StopAsync());
        var staging = Path.Combine(server.GetFolder("proxy"), ".staging");
        Assert.False(Directory.Exists(staging) && Directory.EnumerateFiles(staging).Any());
    }

    static ScriptedPage GetPage(int project, Random random)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"project-{project}");
        return new ScriptedPage(name,
        [
            .. Enumerable.Range(1, Releases).Select(r => ScriptedFile.Wheel(
                name, string.Create(CultureInfo.InvariantCulture, $"{r}.0"), random.Next(r * 600_000), random.Next())),
        ]);
    }

    async Task BotherAndKillAsync(PyRepoServer server, ScriptedPage[] pages, Random random)
    {
        using var stop = new CancellationTokenSource();
        var seeds = Enumerable.Range(0, Workers).Select(_ => random.Next()).ToArray();
        var workers =
            seeds.Select(seed => Task.Run(() => BotherAsync(server, pages, new Random(seed), stop.Token))).ToArray();
        // The moment of the kill is the point of this test, not a wait for anything.
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 250)));
        await server.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    async Task BotherAsync(PyRepoServer server, ScriptedPage[] pages, Random random, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var page = pages[random.Next(pages.Length)];
                Compare(await FetchAsync(server, page, page.Files[random.Next(Releases)]));
            }
        }
        catch (Exception error) when (CrashRun.IsOfAKill(error))
        {
            // The server was killed.
        }
    }

    async Task CheckAsync(PyRepoServer server, ScriptedPage page)
    {
        foreach (var file in page.Files)
            Compare(await FetchAsync(server, page, file));
    }

    static async Task<(ScriptedFile File, ProxyResponse Answer)> FetchAsync(
        PyRepoServer server, ScriptedPage page, ScriptedFile file) =>
        (file, await server.FileAsync("proxy", page.Project, file.FileName));

    void Compare((ScriptedFile File, ProxyResponse Answer) fetched)
    {
        Interlocked.Increment(ref _served);
        if (fetched.Answer.Status == HttpStatusCode.OK
            && fetched.Answer.Bytes.AsSpan().SequenceEqual(fetched.File.Bytes))
            return;
        lock (_lock)
        {
            _wrong.Add($"{fetched.File.FileName} answers {(int)fetched.Answer.Status} "
                + $"with {fetched.Answer.Bytes.Length} of {fetched.File.Bytes.Length} bytes"
                + (fetched.Answer.Status == HttpStatusCode.OK ? ""
                    : $" ({Encoding.UTF8.GetString(fetched.Answer.Bytes)})"));
        }
    }
}
