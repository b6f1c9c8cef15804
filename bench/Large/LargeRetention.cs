using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Large;

/// <summary>Retention of a project with many releases, of which none or some go.</summary>
sealed partial class LargeRetention(BenchOptions options, Results results, LargeContent content)
{
    const string Path = "/bench/api/v1/retention";

    /// <summary>Whoever waits no longer ends the run.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(100);

    public void Measure()
    {
        for (var n = 0; n < LargeSetting.All.Count; n++)
        {
            var bucket = $"bench-retention-{n}";
            content.FillReleases(bucket, options.LargeFiles);
            Measure(LargeSetting.All[n], bucket, expiring: 0);
            Measure(LargeSetting.All[n], bucket, options.LargeFiles / 40);
        }
    }

    void Measure(LargeSetting setting, string bucket, int expiring)
    {
        using var replicas = content.Serve(
            setting, bucket, $"  retention: {{ keepVersions: {options.LargeFiles - expiring} }}\n");
        replicas.Start();
        var server = replicas.Servers[0];
        var what = $"{setting.Name}, {(expiring == 0 ? "nothing" : Text(expiring))} to remove";
        if (Run($"{what}: list", server, "GET", expiring) && expiring > 0)
            Run($"{what}: removal", server, "POST", expiring);
    }

    /// <returns>Whether it came to its end.</returns>
    bool Run(string what, IndexServer server, string method, int expiring)
    {
        var before = ProcessSample.CpuOnceIdle(server.Processes);
        var watch = Stopwatch.StartNew();
        var found = Ask(server, method);
        var (time, cpu) = (watch.Elapsed, ProcessSample.CpuOnceIdle(server.Processes) - before);
        if (found is { } count && count != expiring)
            throw new InvalidOperationException($"{what}: {found} releases instead of {expiring}.");
        var outcome = $"{Text(time.TotalSeconds, "0.0")} s";
        if (found is null)
            outcome = $"ended after {outcome}, {(Ask(server, "GET") is { } left ? Text(left) : "all")} were left";
        results.Add(new Result($"Retention of {Text(options.LargeFiles)} releases", what, outcome, "",
            Math.Round(cpu, 2), found is null ? " CPU-s until then" : " CPU-s", Aim.AtMost(0.5)));
        return found is not null;
    }

    /// <summary>Returns how many releases were listed or removed, or null if that takes too long.</summary>
    static int? Ask(IndexServer server, string method)
    {
        var login = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(server.Login))}";
        using var connection = new HttpConnection(server.Address, _patience);
        try
        {
            return Releases().Count(connection.Send(method, Path, login).MustSucceed(Path).Text);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    [GeneratedRegex("\"version\":")]
    private static partial Regex Releases();
}
