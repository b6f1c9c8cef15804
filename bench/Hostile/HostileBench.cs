using System.Diagnostics;
using Bench.Hostile.Clients;
using Bench.Hostile.Loads;
using Bench.Hostile.Measuring;
using Bench.Hostile.Soaking;
using Bench.Hostile.Upstream;
using Bench.Measuring;

namespace Bench.Hostile;

/// <summary>Each hostile load on a new server, and then all of them and honest people on one for some time.</summary>
sealed class HostileBench(BenchOptions options)
{
    const string Chapter = "Hostile loads";

    const string About = """
        Each load on a new process with 1,024 descriptors that serves a hosted repository, a proxy of a hostile upstream
        (`maxSize: 64Mi`, `projectTtl: 5s`) and a group of both. Meanwhile honest clients ask for a hosted page, a page
        of the proxy through the group and a file that the proxy keeps, each every 200 ms on a new connection. A load
        ends with its last request, or after 30 s. 50 MiB of the disk are a hosted file.

        With 1,024 descriptors a server takes 200 connections, of which one address has at most half of those that
        others leave: honest clients come from another one.
        """;

    public async Task RunAsync()
    {
        using var upstream = new UpstreamProcess();
        var rows = new List<HostileRow>();
        var before = Machine.Load;
        foreach (var load in HostileLoads.All.Where(load => options.Includes(load.Name)))
        {
            var row = await MeasureAsync(load, upstream);
            await Console.Error.WriteAsync($"{load.Name}: {row}");
            rows.Add(row);
            Write(rows, before);
        }
        if (rows.Count > 0)
            Console.WriteLine(HostileRow.Head + string.Concat(rows));
        if (options.Minutes > 0)
            await new Soak(options, upstream).RunAsync();
    }

    async Task<HostileRow> MeasureAsync(HostileLoad load, UpstreamProcess upstream)
    {
        using var server = new ServerUnderTest(options.Server, Path.Combine(options.Work, load.Name), upstream.Index);
        var content = await HonestContent.PrepareAsync(server, Path.Combine(options.Work, "wheels"));
        var kept = upstream.Seen("file/honest");
        var size = options.Quick ? LoadSize.Quick : LoadSize.Full;
        var context = new LoadContext(server, upstream, size, Pace.Unlimited, Round: 0);
        using var leaving = new CancellationTokenSource();
        using var client = new HonestClient(server, content);
        var sampler = new ServerSampler(server);
        var asking = client.RunAsync(leaving.Token);
        var watch = Stopwatch.StartNew();

        using var deadline = new CancellationTokenSource(context.Time);
        var attacker = await load.RunAsync(context, deadline.Token);

        var time = watch.Elapsed;
        // What comes late, as a fetch that goes on for nobody, belongs to the load.
        await Task.Delay(TimeSpan.FromSeconds(options.Quick ? 1 : 5), CancellationToken.None);
        await leaving.CancelAsync();
        var honest = await asking;
        var cost = await sampler.StopAsync();
        var aftermath = await GetAftermath(server);
        return new HostileRow(
            load, time, cost, honest, upstream.Seen("file/honest") - kept, attacker, aftermath);
    }

    static async Task<string> GetAftermath(ServerUnderTest server)
    {
        if (server.Death is { } death)
            return $"**{death}**";
        using var management = new RequestClient(server.Management, TimeSpan.FromSeconds(10), keepsConnections: false);
        var live = await management.GetAsync("/healthz/live", CancellationToken.None);
        var missing = await HonestContent.KeepAsync(server);
        return live.IsSuccess && missing == 0
            ? "serves"
            : $"**/healthz/live: {live.What}, {missing} of {HonestContent.KeptFiles} kept files are not served**";
    }

    void Write(List<HostileRow> rows, string loadBefore)
    {
        if (options.Results is not { } file)
            return;
        ResultsFile.Write(file, Chapter, $"""
            {Machine.Describe(options)}
            Load of the last minute: {loadBefore} before, {Machine.Load} after.

            {About}

            {HostileRow.Head}{string.Concat(rows)}
            """);
    }
}
