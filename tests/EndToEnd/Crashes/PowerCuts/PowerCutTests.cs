using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using EndToEnd.Crashes.DiskFaults;
using EndToEnd.Proxying;

namespace EndToEnd.Crashes.PowerCuts;

/// <summary>
/// Traces what the server writes and flushes, makes every state in which a power cut may leave its folder, and serves
/// each of them.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PowerCutTests(ITestOutputHelper output)
{
    const string Name = TracedServer.Repository;
    readonly List<TracedChange> _changes = [];

    [PowerCutFact]
    public async Task After_a_power_cut_acknowledged_changes_are_intact_and_no_file_is_torn()
    {
        await using var traced = await TracedServer.StartAsync(Repository(Name));
        await ChangeAsync(traced.Server);
        var calls = await traced.StopAsync();
        TracedChange.FindMoments(_changes, calls);
        Assert.All(_changes, change => Assert.True(change.Asked < change.Acknowledged, $"{change} was not traced."));
        var states = new CrashStates(
            traced.GetHistory(calls), moment => _changes.Count(c => c.Acknowledged <= moment));
        var wrong = await states.CheckAsync(
            Repository,
            (server, repository, moment) => DiskContents.CompareAsync(_changes, server, repository, moment), output);
        Report("power cut", $"{_changes.Count} changes, {calls.Count} system calls, {states.Count} states", wrong);
    }

    [PowerCutFact]
    public async Task After_a_power_cut_a_proxy_serves_no_torn_file()
    {
        TestWheel[] wheels =
        [
            TestWheel.Create("one", "1.0"), TestWheel.Create("one", "2.0", payload: 300_000),
            TestWheel.Create("two", "1.0"),
        ];
        await using var upstream = await PyRepoServer.StartAsync(Repository("upstream"));
        await using var traced = await TracedServer.StartAsync(ProxyManifest.Proxy(Name, upstream.IndexOf("upstream")));
        foreach (var wheel in wheels)
            (await TwineForm.SendAsync(upstream, "upstream", TwineForm.From(wheel))).Dispose();
        foreach (var wheel in wheels)
        {
            Assert.Equal(
                wheel.Sha256, (await DiskContents.ReadAsync(traced.Server, Name, wheel.Project))[wheel.FileName]);
        }
        var records = Path.Combine(traced.Server.GetFolder(Name), "projects");
        await Eventually.IsAsync("all files are kept", () => Task.FromResult(
            Directory.Exists(records)
            && Directory.GetFiles(records).Sum(record => File.ReadAllLines(record).Length) == wheels.Length));
        var calls = await traced.StopAsync();
        // The same upstream, which is down from now on: another one's pages would not be shown.
        var down = upstream.IndexOf("upstream");
        await upstream.StopAsync();
        var states = new CrashStates(traced.GetHistory(calls), _ => 0);
        var kept = 0;
        var wrong = await states.CheckAsync(
            name => ProxyManifest.Proxy(name, down),
            async (server, repository, _) =>
            {
                var answers = await ReadAvailableAsync(server, repository, ["one", "two"]);
                kept += answers.Count(answer => wheels.Any(w => w.Sha256 == answer.Value));
                return [.. answers.Where(a => !MayBe(a.Key, a.Value)).Select(a => $"{a.Key} is {a.Value}")];
            },
            output);
        Assert.True(kept > 0, "No state had a file.");
        Report("power cut of a proxy", $"{calls.Count} system calls, {states.Count} states, {kept} whole files", wrong);

        bool MayBe(string fileName, string answer) =>
            answer == wheels.Single(w => w.FileName == fileName).Sha256
            || answer.StartsWith("status 5", StringComparison.Ordinal);
    }

    static void Report(string name, string what, IReadOnlyList<string> wrong)
    {
        new CrashRun(name, full: 0).Report($"{what}, {wrong.Count} wrong answers");
        Assert.True(wrong.Count == 0, $"{what}, {wrong.Count} wrong answers:\n{string.Join('\n', wrong.Take(20))}");
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: { uploads: { overwrite: Always } }
        """;

    /// <summary>Uploads, replaces and deletes, first one after the other, then several at once.</summary>
    async Task ChangeAsync(PyRepoServer server)
    {
        var first = TestWheel.Create("one", "1.0");
        await UploadAsync(server, first);
        await UploadAsync(server, TestWheel.Create("one", "2.0", payload: 5000));
        await UploadAsync(server, first);
        await UploadAsync(server, TestWheel.Create("one", "1.0", seed: 1));
        await DeleteAsync(server, first);
        await UploadAsync(server, first);
        await DeleteAsync(server, TestWheel.Create("one", "2.0"));
        await Task.WhenAll(
            UploadAsync(server, TestWheel.Create("two", "1.0")), UploadAsync(server, TestWheel.Create("two", "2.0")),
            UploadAsync(server, TestWheel.Create("two", "3.0")), UploadAsync(server, TestWheel.Create("three", "1.0")));
        await Task.WhenAll(
            UploadAsync(server, TestWheel.Create("two", "2.0", seed: 2)),
            DeleteAsync(server, TestWheel.Create("two", "3.0")), DeleteAsync(server, TestWheel.Create("three", "1.0")),
            UploadAsync(server, TestWheel.Create("three", "2.0")));
    }

    async Task UploadAsync(PyRepoServer server, TestWheel wheel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.GetUrl(Name))
        {
            Content = TwineForm.From(wheel),
        };
        await SendAsync(server, request, new TracedChange(wheel.Project, wheel.FileName, wheel.Sha256));
    }

    async Task DeleteAsync(PyRepoServer server, TestWheel wheel)
    {
        var path = $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}";
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(server.GetUrl(Name), path));
        await SendAsync(server, request, new TracedChange(wheel.Project, wheel.FileName, null));
    }

    async Task SendAsync(PyRepoServer server, HttpRequestMessage request, TracedChange change)
    {
        lock (_changes)
        {
            request.Headers.Add(TracedChange.Header, _changes.Count.ToString("0000", CultureInfo.InvariantCulture));
            _changes.Add(change);
        }
        request.Headers.Authorization = TwineForm.Publisher(server, Name);
        using var answer = await server.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Reads every file of the projects whose pages are available.</summary>
    static async Task<Dictionary<string, string>> ReadAvailableAsync(
        PyRepoServer server, string repository, string[] projects)
    {
        var served = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            using var page = await server.Http.GetAsync(new Uri(server.IndexOf(repository), $"{project}/"));
            if (page.StatusCode is HttpStatusCode.ServiceUnavailable)
                continue;
            foreach (var (fileName, answer) in await DiskContents.ReadAsync(server, repository, project))
                served[fileName] = answer;
        }
        return served;
    }
}
