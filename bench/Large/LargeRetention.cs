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
        string[] login =
            [$"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(server.Login))}"];
        var before = ProcessSample.CpuOnceIdle(server.Processes);
        var watch = Stopwatch.StartNew();
        var outcome = $"not done after {_patience.TotalSeconds} s";
        var isDone = false;
        using (var connection = new HttpConnection(server.Address, _patience))
        {
            try
            {
                var answer = connection.Send(method, Path, login).MustSucceed(Path);
                var found = Releases().Count(answer.Text);
                outcome = $"{Text(found)} releases in {Text(watch.Elapsed.TotalSeconds, "0.0")} s";
                isDone = found == expiring ? true
                    : throw new InvalidOperationException($"{what}: {found} releases instead of {expiring}.");
            }
            catch (SocketException)
            {
            }
        }
        var now = isDone ? ProcessSample.CpuOnceIdle(server.Processes) : ProcessSample.Of(server.Processes).CpuSeconds;
        results.Add(new Result($"Retention of {Text(options.LargeFiles)} releases", what, outcome, "",
            Math.Round(now - before, 2), isDone ? " CPU-s" : " CPU-s until then", Aim.AtMost(0.5)));
        return isDone;
    }

    [GeneratedRegex("\"version\":")]
    private static partial Regex Releases();
}
