using System.Globalization;
using System.Net;
using Xunit.Abstractions;

namespace EndToEnd.Crashes.PowerCuts;

/// <summary>
/// Traces what the server writes and flushes, makes every state in which a power cut may leave its folder, and serves
/// each of them.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PowerCutTests(ITestOutputHelper output)
{
    const string Name = "traced";
    const int StatesOfOneServer = 300;

    readonly CrashRun _run = new("power cut", full: 0);
    readonly List<TracedChange> _changes = [];

    [PowerCutFact]
    public async Task Whenever_the_power_fails_what_was_acknowledged_is_there_and_no_file_is_torn()
    {
        using var folder = new TemporaryFolder();
        var trace = folder.At("trace");
        string data;
        await using (var server = await PyRepoServer.StartTracedAsync(Repository(Name), trace))
        {
            data = server.FolderOf(Name);
            await ChangeAsync(server);
            await server.StopAsync();
            await Eventually.IsAsync("the trace is complete", () => Task.FromResult(SystemCallTrace.IsComplete(trace)));
        }
        var calls = SystemCallTrace.Read(trace).ToList();
        TracedChange.FindMoments(_changes, calls);
        Assert.All(_changes, change => Assert.True(change.Asked < change.Acknowledged, $"{change} was not traced."));
        var states = StatesOf(DiskHistory.Of(calls, data));
        var wrong = new List<string>();
        foreach (var batch in states.Chunk(StatesOfOneServer))
            wrong.AddRange(await CheckAsync(batch));
        _run.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{_changes.Count} changes, {calls.Count} system calls, {states.Count} states, {wrong.Count} wrong"));
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {states.Count} states:\n{string.Join('\n', wrong.Take(20))}");
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: { uploads: { overwrite: Always } }
        ---

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
        using var request = new HttpRequestMessage(HttpMethod.Post, server.UrlOf(Name)) { Content = TwineForm.Of(wheel) };
        await SendAsync(server, request, new TracedChange(wheel.Project, wheel.FileName, wheel.Sha256));
    }

    async Task DeleteAsync(PyRepoServer server, TestWheel wheel)
    {
        var path = $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}";
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(server.UrlOf(Name), path));
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

    /// <summary>
    /// The different states, each with the last moment at which it may have been left: by then most was acknowledged.
    /// </summary>
    List<(DiskState State, int Moment)> StatesOf(DiskHistory history)
    {
        var states = new Dictionary<string, (DiskState, int)>(StringComparer.Ordinal);
        foreach (var moment in history.Moments)
        {
            var acknowledged = _changes.Count(c => c.Acknowledged <= moment);
            foreach (var state in history.StatesAt(moment))
                states[$"{acknowledged} {state.Digest()}"] = (state, moment);
        }
        return [.. states.Values];
    }

    async Task<IReadOnlyList<string>> CheckAsync((DiskState State, int Moment)[] states)
    {
        var manifest = string.Concat(states.Index().Select(s => Repository($"state-{s.Index}")));
        await using var server = await PyRepoServer.StartOnAsync(manifest, data =>
        {
            foreach (var (index, (state, _)) in states.Index())
                state.WriteTo(Path.Combine(data, $"state-{index}"));
        });
        var wrong = new List<string>();
        foreach (var (index, (_, moment)) in states.Index())
            wrong.AddRange((await CheckAsync(server, $"state-{index}", moment)).Select(w => $"line {moment}: {w}"));
        if (wrong.Count > 0)
            server.ShowLog(output);
        return wrong;
    }

    /// <summary>Compares what a repository serves with what it may serve after a power cut at this moment.</summary>
    async Task<IReadOnlyList<string>> CheckAsync(PyRepoServer server, string repository, int moment)
    {
        var wrong = new List<string>();
        foreach (var project in _changes.Select(c => c.Project).Distinct())
        {
            var page = await ProjectPage.ReadAsync(server, repository, project);
            var served = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in page?.Files ?? [])
            {
                using var answer = await server.Http.GetAsync(file.Url);
                served[file.FileName] = answer.StatusCode is HttpStatusCode.OK
                    ? Convert.ToHexStringLower(
                        System.Security.Cryptography.SHA256.HashData(await answer.Content.ReadAsByteArrayAsync()))
                    : $"status {(int)answer.StatusCode}";
            }
            foreach (var changes in _changes.Where(c => c.Project == project).GroupBy(c => c.FileName))
            {
                var found = served.GetValueOrDefault(changes.Key);
                if (!MayBe(changes, moment).Contains(found))
                    wrong.Add($"{changes.Key} is {found ?? "missing"}");
            }
        }
        return wrong;
    }

    /// <summary>What a file may be: what was acknowledged last, or what was asked for since.</summary>
    static IEnumerable<string?> MayBe(IEnumerable<TracedChange> changes, int moment)
    {
        var asked = changes.Where(c => c.Asked <= moment).ToList();
        var last = asked.FindLastIndex(c => c.Acknowledged <= moment);
        return [last < 0 ? null : asked[last].Sha256, .. asked.Skip(last + 1).Select(c => c.Sha256)];
    }
}
