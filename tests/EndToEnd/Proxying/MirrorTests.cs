using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>What a proxy with mode Mirror fetches ahead of requests.</summary>
public sealed class MirrorTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Mirror = "mirror";

    readonly TemporaryFolder _folder = new();
    MirrorUpstream _upstream = null!;
    PyRepoServer? _server;

    string Manifest => Path.Combine(_folder.Path, "mirror.yaml");

    string Data => Path.Combine(_folder.Path, "data");

    public async ValueTask InitializeAsync() => _upstream = await MirrorUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.ShowLog(output);
            await _server.DisposeAsync();
        }
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Everything_is_prefetched_and_served_without_upstream()
    {
        ServeThree();
        var server = await ServeAsync("mode: Mirror");
        await SyncedAsync(server);
        Assert.Contains(
            "Mirror: 3 of 3 projects", (await server.AskAsync(server.GetUrl(Mirror))).Text, StringComparison.Ordinal);
        await _upstream.Server.StopAsync();
        foreach (var file in _upstream.Files)
        {
            var project = file.FileName.Split('-')[0];
            Assert.Equal(
                file.Bytes, (await server.FileAsync(Mirror, project, file.FileName)).Must(HttpStatusCode.OK).Bytes);
        }
        var metrics = (await server.AskAsync(new(server.Management, "metrics"))).Text;
        Assert.Contains("pyrepo_mirror_projects_done{repository=\"mirror\"} 3", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unchanged_upstream_costs_one_request_and_a_changed_project_its_page_and_new_files()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror"))
            .MustSucceed().MustSay("Mirrored 3 of 3 projects into mirror; fetched 4 files");
        Assert.Equal(1 + 3 + 4, _upstream.TakeSeen().Count);
        (await MirrorAsync("mode: Mirror")).MustSucceed().MustSay("fetched 0 files");
        Assert.Equal(["/simple/"], _upstream.TakeSeen());
        var (one, two) = (ScriptedFile.Wheel("two", "1.0"), ScriptedFile.Wheel("two", "3.0"));
        _upstream.Serve("two", one with { Yanked = "broken" }, two);
        (await MirrorAsync("mode: Mirror")).MustSucceed().MustSay("fetched 1 files");
        Assert.Equal(["/simple/", "/simple/two/", $"/files/{two.FileName}"], _upstream.TakeSeen());
        var server = await ServeAsync("mode: Mirror");
        await _upstream.Server.StopAsync();
        Assert.Equal(
            "broken", (await server.PageAsync(Mirror, "two")).File(one.FileName).GetProperty("yanked").GetString());
    }

    [Fact]
    public async Task Only_required_versions_that_the_policy_allows_are_prefetched_and_others_on_demand()
    {
        _upstream.Serve(
            "one",
            ScriptedFile.Wheel("one", "1.0"), ScriptedFile.Wheel("one", "2.0"), ScriptedFile.Wheel("one", "3.0"));
        _upstream.Serve("two", ScriptedFile.Wheel("two", "1.0"));
        const string spec =
            "mode: Mirror, mirror: { requirements: [ \"one>=2\" ] }, policy: { block: [ \"one==3.0\" ] }";
        (await MirrorAsync(spec)).MustSucceed().MustSay("Mirrored 1 of 1 projects into mirror; fetched 1 files");
        Assert.Equal(["/simple/one/", "/files/one-2.0-py3-none-any.whl"], _upstream.TakeSeen());
        var server = await ServeAsync(spec);
        (await server.FileAsync(Mirror, "two", "two-1.0-py3-none-any.whl")).Must(HttpStatusCode.OK);
        (await server.FileAsync(Mirror, "one", "one-1.0-py3-none-any.whl")).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task After_a_policy_change_the_mirror_fetches_newly_visible_files_without_rereading_pages()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror, policy: { block: [ \"one==2.0\" ] }"))
            .MustSucceed().MustSay("fetched 3 files");
        _upstream.TakeSeen();
        (await MirrorAsync("mode: Mirror")).MustSucceed().MustSay("fetched 1 files");
        Assert.Equal(["/simple/", "/files/one-2.0-py3-none-any.whl"], _upstream.TakeSeen());
    }

    [Fact]
    public async Task Mirrored_files_are_not_evicted_and_those_that_do_not_fit_are_reported()
    {
        _upstream.Serve("one", ScriptedFile.Wheel("one", "1.0", 300_000));
        _upstream.Serve("two", ScriptedFile.Wheel("two", "1.0", 300_000), ScriptedFile.Wheel("two", "2.0", 300_000));
        const string spec = "cache: { maxSize: 800Ki }, mode: Mirror, mirror: { requirements: [ one ] }";
        var server = await ServeAsync(spec);
        await SyncedAsync(server);
        foreach (var version in (string[])["1.0", "2.0", "1.0", "2.0"])
            (await server.FileAsync(Mirror, "two", $"two-{version}-py3-none-any.whl")).Must(HttpStatusCode.OK);
        await Eventually.IsAsync("one of the others was evicted", () => Task.FromResult(KeptFiles(server).Count == 2));
        Assert.Contains("one-1.0-py3-none-any.whl", KeptFiles(server));
        Assert.Equal(0, await server.StopAsync());
        (await MirrorAsync("cache: { maxSize: 800Ki }, mode: Mirror", server.Data))
            .MustFail().MustSay("There is no room for");
        Assert.Contains("one-1.0-py3-none-any.whl", KeptFiles(server));
    }

    [Fact]
    public async Task When_upstream_asks_to_wait_the_mirror_waits_and_completes()
    {
        ServeThree();
        var file = ScriptedFile.Wheel("two", "1.0");
        _upstream.Server.AtFile(
            file.FileName, Replies.Once(Replies.Status(429, retryAfter: "1"), Replies.Bytes(file.Bytes)));
        var began = Stopwatch.GetTimestamp();
        (await MirrorAsync("mode: Mirror")).MustSucceed().MustSay("fetched 4 files");
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(1));
        Assert.Equal(2, _upstream.Server.CountOfFile(file.FileName));
    }

    [Fact]
    public async Task A_wrong_file_is_reported_and_does_not_stop_the_mirror()
    {
        ServeThree();
        var file = ScriptedFile.Wheel("two", "1.0");
        _upstream.Server.AtFile(file.FileName, Replies.Bytes(ScriptedFile.Wheel("two", "1.0", seed: 7).Bytes));
        (await MirrorAsync("mode: Mirror")).MustFail().MustSay(file.FileName).MustSay("Mirrored 2 of 3 projects");
        _upstream.Server.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        _upstream.TakeSeen();
        (await MirrorAsync("mode: Mirror")).MustSucceed().MustSay("Mirrored 3 of 3 projects");
        Assert.Equal(["/simple/", $"/files/{file.FileName}"], _upstream.TakeSeen());
    }

    [Fact]
    public async Task A_project_that_upstream_removed_is_gone_and_a_serial_that_goes_back_is_followed()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror")).MustSucceed();
        _upstream.Remove("three");
        (await MirrorAsync("mode: Mirror")).MustSucceed().MustSay("Mirrored 2 of 2 projects");
        var server = await ServeAsync("mode: Mirror");
        await _upstream.Server.StopAsync();
        var gone = await server.PageAsync(Mirror, "three");
        Assert.NotEqual(HttpStatusCode.OK, gone.Status);
        (await server.PageAsync(Mirror, "two")).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_mirror_lists_its_projects_and_says_how_far_it_is_after_a_restart_without_upstream()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror")).MustSucceed();
        await _upstream.Server.StopAsync();
        var server = await ServeAsync("mode: Mirror");
        await Eventually.IsAsync("the list is there", "one three two", async () =>
            (await server.AskAsync(server.IndexOf(Mirror), accept: Replies.Json)) is { Status: HttpStatusCode.OK } list
                ? string.Join(' ', list.Json.GetProperty("projects").EnumerateArray()
                    .Select(p => p.GetProperty("name").GetString()))
                : "");
        var mirror = (await server.AskAsync(new(server.Management, "status"))).Json.GetProperty("repositories")[0]
            .GetProperty("mirror");
        Assert.Equal(3, mirror.GetProperty("projectsDone").GetInt32());
    }

    [Fact]
    public async Task More_requirements_are_found_although_the_list_did_not_change()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror, mirror: { requirements: [ \"o*\" ] }"))
            .MustSucceed().MustSay("Mirrored 1 of 1 projects");
        (await MirrorAsync("mode: Mirror, mirror: { requirements: [ \"o*\", \"t*\" ] }"))
            .MustSucceed().MustSay("Mirrored 3 of 3 projects");
    }

    [Fact]
    public async Task Upstream_is_not_asked_for_projects_that_allow_does_not_name()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror, policy: { allow: [ one ] }"))
            .MustSucceed().MustSay("Mirrored 1 of 1 projects");
        Assert.Equal(0, _upstream.Server.CountOfPage("two"));
    }

    [Fact]
    public async Task Without_its_advisories_a_mirror_that_blocks_says_so_instead_of_waiting()
    {
        ServeThree();
        (await MirrorAsync(
            "mode: Mirror, policy: { advisories: { source: \"file:///nonexistent/all.zip\", action: Block } }"))
            .MustFail().MustSay("Nothing was mirrored: The file /nonexistent/all.zip is not usable");
    }

    [Fact]
    public async Task A_requirement_that_upstream_does_not_have_is_named()
    {
        ServeThree();
        (await MirrorAsync("mode: Mirror, mirror: { requirements: [ one, Typo_Name ] }"))
            .MustSucceed().MustSay("Upstream has no project 'typo-name'.");
        (await MirrorAsync("mode: Mirror, mirror: { requirements: [ one, Typo_Name, \"t*\" ] }"))
            .MustSucceed().MustSay("Upstream has no project 'typo-name'.");
    }

    [Fact]
    public async Task An_upstream_that_is_down_is_an_error_and_a_wrong_name_is_explained()
    {
        ServeThree();
        await _upstream.Server.StopAsync();
        (await MirrorAsync("mode: Mirror")).MustFail().MustSay("could not be reached");
        await File.WriteAllTextAsync(Manifest, ProxyManifest.Proxy(Mirror, _upstream.Server.Index, "mode: Mirror"));
        (await PyRepoProgram.RunAsync("mirror", "mirrow", "-f", Manifest, "--data", Data))
            .MustFail().MustSay("Did you mean 'mirror'?");
    }

    [AssetFact("corpus/files")]
    public async Task A_mirror_killed_ten_times_at_random_reaches_the_same_result()
    {
        await using var corpus = await MirrorUpstream.StartWithCorpusAsync();
        await File.WriteAllTextAsync(Manifest, ProxyManifest.Proxy(Mirror, corpus.Server.Index, "mode: Mirror"));
        var random = new Random(18);
        for (var i = 0; i < 10; i++)
            await KillAfterAsync(corpus, random.Next(1, 40));
        (await RunAsync(Data)).MustSucceed();
        corpus.TakeSeen();
        (await RunAsync(Data)).MustSucceed().MustSay("fetched 0 files");
        Assert.Equal(["/simple/"], corpus.TakeSeen());
        (await RunAsync(Path.Combine(_folder.Path, "other"))).MustSucceed();
        Assert.Equal(
            corpus.Files.Select(f => f.FileName).Order(StringComparer.Ordinal), KeptFiles(Path.Combine(Data, Mirror)));
        Assert.Equal(KeptFiles(Path.Combine(_folder.Path, "other", Mirror)), KeptFiles(Path.Combine(Data, Mirror)));
        var (first, second) = (PagesIn("data"), PagesIn("other"));
        Assert.Equal(second, first);
    }

    /// <summary>Runs a mirror until upstream got this many requests, and kills it.</summary>
    async Task KillAfterAsync(MirrorUpstream corpus, int requests)
    {
        var before = corpus.Server.Seen.Count;
        var run = new ProgramRun(PyRepoProgram.Path, "mirror", Mirror, "-f", Manifest, "--data", Data);
        using var process = Process.Start(run.StartInfo())!;
        await Eventually.IsAsync(
            "it is amid its work",
            () => Task.FromResult(corpus.Server.Seen.Count >= before + requests || process.HasExited));
        process.Kill();
        await process.WaitForExitAsync();
    }

    async Task<ProgramResult> MirrorAsync(string spec, string? data = null)
    {
        await File.WriteAllTextAsync(Manifest, ProxyManifest.Proxy(Mirror, _upstream.Server.Index, spec));
        return await RunAsync(data ?? Data);
    }

    Task<ProgramResult> RunAsync(string data) =>
        PyRepoProgram.RunAsync("mirror", Mirror, "-f", Manifest, "--data", data);

    /// <summary>Serves what the command line mirrored, or mirrors by itself.</summary>
    async Task<PyRepoServer> ServeAsync(string spec) => _server = await PyRepoServer.LaunchOnAsync(
        ProxyManifest.Proxy(Mirror, _upstream.Server.Index, spec), data =>
        {
            if (Directory.Exists(Data))
            {
                Directory.Move(
                    Path.Combine(Data, Mirror), Path.Combine(Directory.CreateDirectory(data).FullName, Mirror));
            }
        });

    static Task<TimeSpan> SyncedAsync(PyRepoServer server) => Eventually.IsAsync("everything is mirrored", async () =>
        (await server.AskAsync(new(server.Management, "status"))).Json.GetProperty("repositories")[0]
            .TryGetProperty("mirror", out var mirror) && mirror.TryGetProperty("lastSync", out var at)
            && at.ValueKind is JsonValueKind.String);

    void ServeThree()
    {
        _upstream.Serve("one", ScriptedFile.Wheel("one", "1.0"), ScriptedFile.Wheel("one", "2.0"));
        _upstream.Serve("two", ScriptedFile.Wheel("two", "1.0"));
        _upstream.Serve("three", ScriptedFile.Wheel("three", "1.0"));
    }

    static List<string> KeptFiles(PyRepoServer server) => KeptFiles(server.GetFolder(Mirror));

    static List<string> KeptFiles(string folder) =>
    [
        .. new DirectoryInfo(Path.Combine(folder, "packages")).EnumerateFiles("*", SearchOption.AllDirectories)
            // What a killed process left is removed after a day.
            .Select(f => f.Name).Distinct().Order(StringComparer.Ordinal),
    ];

    List<string> PagesIn(string data) =>
    [
        .. new DirectoryInfo(Path.Combine(_folder.Path, data, Mirror, "upstream")).EnumerateFiles("*.json")
            .Select(f => f.Name).Order(StringComparer.Ordinal),
    ];
}
