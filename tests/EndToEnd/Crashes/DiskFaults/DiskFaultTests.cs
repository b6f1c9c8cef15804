using EndToEnd.Crashes.PowerCuts;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>
/// Lets each system call of a change fail, once and for good, and serves what a power cut would then leave.
/// </summary>
[Collection(nameof(Alone))]
public sealed class DiskFaultTests(ITestOutputHelper output)
{
    /// <summary>The changes, each in all rounds.</summary>
    public static TheoryData<string, int> Changes =>
        [.. from change in FaultyChange.All from round in PlannedFault.Rounds select (change.Name, round)];

    [DiskFaultTheory, MemberData(nameof(Changes))]
    public async Task If_any_system_call_fails_acknowledged_changes_are_on_disk_and_the_failure_is_reported(
        string name, int round)
    {
        var change = FaultyChange.All.Single(c => c.Name == name);
        await using var disk = await FaultyDisk.StartAsync(FaultyChange.Manifest);
        var wrong = new List<string>();
        var sites = new SortedSet<string>(StringComparer.Ordinal);
        var number = 0;
        try
        {
            await change.Prepare(disk, ++number);
            var first = await disk.RecordAsync(() => change.Make(disk, number));
            // What is done only once was done now.
            await change.Prepare(disk, ++number);
            var second = await disk.RecordAsync(() => change.Make(disk, number));
            var (planned, made) = (PlannedFault.From(round, first, second), 0);
            foreach (var fault in planned)
            {
                if (!await FailAsync(disk, change, ++number, fault, wrong))
                    continue;
                made++;
                sites.Add(fault.Site);
            }
            // Another change may need a call less, for it is not the first of its kind.
            Assert.True(made > planned.Count / 2, $"Only {made} of {planned.Count} calls that were to fail were made.");
            var trace = await disk.StopAsync();
            TracedChange.FindMoments(disk.Changes, trace);
            var history = DiskHistory.From(trace, disk.Server.GetFolder(FaultyDisk.Repository));
            var states = CrashStates.AfterEach(history, disk.Changes);
            wrong.AddRange(await states.CheckAsync(
                Repository,
                (server, repository, moment) => DiskContents.CompareAsync(disk.Changes, server, repository, moment),
                output));
            var what = $"{made} faults at {sites.Count} places, {states.Count} states, {wrong.Count} wrong answers";
            new CrashRun($"disk faults, {name}, round {round}", full: 0).Report(what);
        }
        finally
        {
            disk.Server.ShowLog(output);
        }
        output.WriteLine(string.Join('\n', sites));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(30)));
    }

    [DiskFaultFact]
    public async Task Each_change_refused_by_a_failing_disk_is_reported()
    {
        var upload = FaultyChange.All[0];
        await using var disk = await FaultyDisk.StartAsync(FaultyChange.Manifest);
        Assert.Equal(200, await upload.Make(disk, 1));
        var calls = await disk.RecordAsync(() => upload.Make(disk, 2));
        var flush = calls.First(c => c.StartsWith("fsync", StringComparison.Ordinal) && c.EndsWith(".jsonl"));
        Assert.True(await disk.FailAsync(
            new PlannedFault(flush, 0, DiskFault.InputOutput, IsForGood: true),
            async () =>
            {
                for (var number = 3; number < 6; number++)
                {
                    var told = await disk.FailuresToldAsync();
                    Assert.Equal(503, await upload.Make(disk, number));
                    Assert.NotEqual(told, await disk.FailuresToldAsync());
                }
            }));
        Assert.Equal(200, await upload.Make(disk, 3));
    }

    /// <summary>Makes a change while a call fails. Returns false if it does not make the call.</summary>
    static async Task<bool> FailAsync(
        FaultyDisk disk, FaultyChange change, int number, PlannedFault fault, List<string> wrong)
    {
        await change.Prepare(disk, number);
        var told = await disk.FailuresToldAsync();
        var status = 0;
        if (!await disk.FailAsync(fault, async () => status = await change.Make(disk, number)))
            return false;
        var what = $"{fault}: {status}";
        if ((status >= 300 || fault.IsToldOfSuccess) && await disk.FailuresToldAsync() == told)
            wrong.Add($"{what}, and nobody is told");
        if (status is not (>= 200 and < 300 or 500 or 503 or 507))
            wrong.Add(what);
        wrong.AddRange(await CompareAsync(disk, what));
        // The client tries again, and the disk works.
        if (status >= 300 && await change.Make(disk, number) is var again and not (>= 200 and < 300 or 404))
            wrong.Add($"{what}, and then {again}");
        wrong.AddRange(await CompareAsync(disk, $"{what}, and after another attempt"));
        return true;
    }

    /// <summary>Compares the file that was changed last with what it may be.</summary>
    static async Task<IEnumerable<string>> CompareAsync(FaultyDisk disk, string what)
    {
        var changes = disk.Changes.Where(c => c.FileName == disk.Changes[^1].FileName).ToList();
        var wrong = await DiskContents.CompareAsync(changes, disk.Server, FaultyDisk.Repository, null);
        return wrong.Select(w => $"{what}, and {w}");
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: { uploads: { overwrite: Always } }
        """;
}
