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
    const int MostFaults = 200;
    readonly List<string> _wrong = [];

    /// <summary>The rounds.</summary>
    public static TheoryData<int> Rounds => [.. PlannedFault.Rounds];

    [DiskFaultTheory, MemberData(nameof(Rounds))]
    public async Task If_any_system_call_fails_no_wrong_bytes_are_served_and_the_failure_is_reported(int round)
    {
        var wheels =
            Enumerable.Range(0, MostFaults + 2).Select(n => TestWheel.Create(Project, $"1.{n}", seed: n)).ToList();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Serve(new ScriptedPage(Project, [.. wheels.Select(w => new ScriptedFile(w))]));
        await using var disk = await FaultyDisk.StartAsync(ProxyManifest.Proxy(FaultyDisk.Repository, upstream.Index));
        var (number, made) = (2, 0);
        try
        {
            await disk.RecordAsync(() => FetchToTheEndAsync(disk, wheels[0]));
            var sites = await disk.RecordAsync(() => FetchToTheEndAsync(disk, wheels[1]));
            var planned = PlannedFault.From(round, sites);
            foreach (var fault in planned)
                made += await FailAsync(disk, fault, wheels[number++]) ? 1 : 0;
            Assert.True(made > planned.Count / 2, $"Only {made} of {planned.Count} calls that were to fail were made.");
            var trace = await disk.StopAsync();
            TracedChange.FindMoments(disk.Changes, trace);
            var states = CrashStates.AfterEach(
                DiskHistory.From(trace, disk.Server.GetFolder(FaultyDisk.Repository)), disk.Changes);
            var index = upstream.Index;
            await upstream.StopAsync();
            _wrong.AddRange(await states.CheckAsync(
                name => ProxyManifest.Proxy(name, index), (server, name, _) => CompareAsync(server, name, wheels),
                output));
            new CrashRun($"disk faults, fetch, round {round}", full: 0).Report(
                $"{made} faults at {sites.Distinct().Count()} places, {states.Count} states, "
                    + $"{_wrong.Count} wrong answers");
        }
        finally
        {
            disk.Server.ShowLog(output);
        }
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong.Take(30)));
    }

    /// <summary>Fetches a file while a call fails. Returns false if the call is not made.</summary>
    async Task<bool> FailAsync(FaultyDisk disk, PlannedFault fault, TestWheel wheel)
    {
        var told = await disk.FailuresToldAsync();
        var status = 0;
        if (!await disk.FailAsync(fault, async () => status = await FetchToTheEndAsync(disk, wheel)))
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
    async Task<int> FetchToTheEndAsync(FaultyDisk disk, TestWheel wheel)
    {
        var told = await disk.FailuresToldAsync();
        var (status, _) = await FetchAsync(disk, wheel);
        var what = $"{wheel.FileName} is kept after {status}, or somebody is told that it is not";
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
    static async Task<IReadOnlyList<string>> CompareAsync(
        PyRepoServer server, string repository, IReadOnlyList<TestWheel> wheels)
    {
        try
        {
            var shown = await DiskContents.ReadAsync(server, repository, Project);
            return
            [
                .. from wheel in wheels
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
