using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using EndToEnd.Crashes.PowerCuts;
using EndToEnd.Proxying;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>
/// Lets each system call of keeping an upstream's file fail, once and for good, and serves what a power cut would then
/// leave.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FetchFaultTests(ITestOutputHelper output)
{
    const string Project = "lib";

    /// <summary>A server logs 20 messages of a kind in a minute, and what became of a file is read in its log.</summary>
    const int FaultsPerServer = 15;
    static readonly IReadOnlyList<TestWheel> _wheels =
        [.. Enumerable.Range(0, FaultsPerServer + 2).Select(n => TestWheel.Create(Project, $"1.{n}", seed: n))];

    readonly List<string> _wrong = [];

    /// <summary>The rounds.</summary>
    public static TheoryData<int> Rounds => [.. PlannedFault.Rounds];

    [DiskFaultTheory, MemberData(nameof(Rounds))]
    public async Task If_any_system_call_fails_no_wrong_bytes_are_served_and_the_failure_is_reported(int round)
    {
        var planned = PlannedFault.From(round, await RecordAsync());
        var (made, states) = (0, 0);
        foreach (var faults in planned.Chunk(FaultsPerServer))
        {
            var (madeHere, statesHere) = await FailAsync(faults);
            (made, states) = (made + madeHere, states + statesHere);
        }
        Assert.True(made > planned.Count / 2, $"Only {made} of {planned.Count} calls that were to fail were made.");
        new CrashRun($"disk faults, fetch, round {round}", full: 0).Report(
            $"{made} of {planned.Count} faults, {states} states, {_wrong.Count} wrong answers");
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong.Take(30)));
    }

    static async Task<ScriptedUpstream> StartUpstreamAsync()
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Serve(new ScriptedPage(Project, [.. _wheels.Select(w => new ScriptedFile(w))]));
        return upstream;
    }

    /// <summary>The places of the calls that keep a file of a known project.</summary>
    async Task<IReadOnlyList<string>> RecordAsync()
    {
        await using var upstream = await StartUpstreamAsync();
        await using var disk = await FaultyDisk.StartAsync(ProxyManifest.Proxy(FaultyDisk.Repository, upstream.Index));
        await disk.RecordAsync(() => FetchToTheEndAsync(disk, _wheels[0], "a new project"));
        return await disk.RecordAsync(() => FetchToTheEndAsync(disk, _wheels[1], "a known project"));
    }

    /// <summary>
    /// Lets a server meet these faults, each with another file, and compares what every state of its disk serves.
    /// </summary>
    /// <returns>How many of the calls were made, and of the states.</returns>
    async Task<(int Made, int States)> FailAsync(IEnumerable<PlannedFault> faults)
    {
        await using var upstream = await StartUpstreamAsync();
        await using var disk = await FaultyDisk.StartAsync(ProxyManifest.Proxy(FaultyDisk.Repository, upstream.Index));
        var (number, made) = (2, 0);
        try
        {
            await FetchToTheEndAsync(disk, _wheels[0], "a new project");
            await FetchToTheEndAsync(disk, _wheels[1], "a known project");
            foreach (var fault in faults)
                made += await FailAsync(disk, fault, _wheels[number++]) ? 1 : 0;
            var trace = await disk.StopAsync();
            TracedChange.FindMoments(disk.Changes, trace);
            var states = CrashStates.AfterEach(
                DiskHistory.From(trace, disk.Server.GetFolder(FaultyDisk.Repository)), disk.Changes);
            var index = upstream.Index;
            await upstream.StopAsync();
            _wrong.AddRange(await states.CheckAsync(
                name => ProxyManifest.Proxy(name, index), (server, name, _) => CompareAsync(server, name),
                output));
            return (made, states.Count);
        }
        finally
        {
            disk.Server.ShowLog(output);
        }
    }

    /// <summary>Fetches a file while a call fails. Returns false if the call is not made.</summary>
    async Task<bool> FailAsync(FaultyDisk disk, PlannedFault fault, TestWheel wheel)
    {
        var told = await disk.FailuresToldAsync();
        var status = 0;
        if (!await disk.FailAsync(fault, async () => status = await FetchToTheEndAsync(disk, wheel, $"{fault}")))
            return false;
        var what = $"{fault}: {status}";
        // Where the connection breaks, the client knows it first.
        if (status != 200 || fault.IsToldOfSuccess)
            await Eventually.IsAsync(
                $"somebody is told of {what}", async () => await disk.FailuresToldAsync() > told);
        await FetchUntilKeptAsync(disk, wheel, what);
        return true;
    }

    /// <summary>
    /// Fetches a file until the proxy has kept it, as it has to once the disk is mended. The next call to fail would
    /// otherwise be one of this file.
    /// </summary>
    async Task FetchUntilKeptAsync(FaultyDisk disk, TestWheel wheel, string what) =>
        await Eventually.IsAsync($"{wheel.FileName} is kept. Before: {what}", async () =>
        {
            var (again, isKept) = await FetchAsync(disk, wheel);
            if (again != 200)
                _wrong.Add($"{what}, and then {again}");
            return isKept;
        });

    /// <summary>Fetches a file, and waits until it is kept, or is not: the client may have it before that.</summary>
    async Task<int> FetchToTheEndAsync(FaultyDisk disk, TestWheel wheel, string when)
    {
        var told = await disk.FailuresToldAsync();
        var (status, _) = await FetchAsync(disk, wheel);
        var what = $"{wheel.FileName} is kept after {status}, or somebody is told that it is not: {when}";
        await Eventually.IsAsync(what, async () =>
            disk.Server.LogText().Contains(wheel.FileName, StringComparison.Ordinal)
            || await disk.FailuresToldAsync() > told);
        return status;
    }

    /// <summary>Fetches a file, and compares its bytes.</summary>
    /// <returns>The status, or 0 if the connection broke, and whether the file came from the cache.</returns>
    async Task<(int Status, bool IsKept)> FetchAsync(FaultyDisk disk, TestWheel wheel)
    {
        try
        {
            var page = await ProjectPage.ReadAsync(disk.Server, FaultyDisk.Repository, Project);
            if (page?.Find(wheel.FileName) is not { } file)
                return (404, false);
            var change = new TracedChange(Project, wheel.FileName, wheel.Sha256);
            using var request = new HttpRequestMessage(HttpMethod.Get, file.Url);
            request.Headers.Add(TracedChange.Header, disk.Changes.Count.ToString("0000", CultureInfo.InvariantCulture));
            disk.Changes.Add(change);
            using var answer = await disk.Server.Http.SendAsync(request);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            var isKept = answer.Headers.TryGetValues("X-Cache", out var outcome) && outcome.Single() == "HIT";
            if (answer.IsSuccessStatusCode && Convert.ToHexStringLower(SHA256.HashData(bytes)) != wheel.Sha256)
                _wrong.Add($"{wheel.FileName} has wrong bytes");
            return ((int)answer.StatusCode, isKept);
        }
        catch (HttpRequestException error)
        {
            return ((int?)error.StatusCode ?? 0, false);
        }
    }

    /// <summary>Whether what is listed has the right bytes, or none while upstream is down.</summary>
    static async Task<IReadOnlyList<string>> CompareAsync(PyRepoServer server, string repository)
    {
        try
        {
            var shown = await DiskContents.ReadAsync(server, repository, Project);
            return
            [
                .. from wheel in _wheels
                   where shown.TryGetValue(wheel.FileName, out var found) && found != wheel.Sha256
                       && !found.StartsWith("status 5", StringComparison.Ordinal)
                   select $"{wheel.FileName} is {shown[wheel.FileName]}",
            ];
        }
        catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.ServiceUnavailable)
        {
            return []; // The page itself was not kept.
        }
    }
}
