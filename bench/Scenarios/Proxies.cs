using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>
/// A proxy: one big file that twenty clients want at once, what it costs to ask for what is not kept, and what is kept
/// beside nginx' proxy_cache, a hosted repository, and an upstream that is far away.
/// </summary>
sealed class Proxies(BenchOptions options, Results results)
{
    const int Sharers = 20;
    const int InstalledProjects = 20;
    const double WheelOfInstall = 200_000;

    public void Measure(IndexServer upstream)
    {
        using var far = new DelayingRelay(upstream.Address, BenchOptions.Latency);
        var farAway = upstream with { Address = far.Address };
        using var program = new PyRepo(
            options.Server, Path.Combine(options.Work, "proxy"), new Uri(far.Address, upstream.Pages));
        var proxy = program.Start();
        new FirstPages(options, results).Measure(upstream, farAway, proxy);
        new ColdFiles(options, results).Measure(upstream, farAway, proxy);
        Share(upstream, farAway, proxy, far);
        Warm(upstream, proxy);
        Install(upstream, farAway, proxy);
    }

    void Share(IndexServer upstream, IndexServer far, IndexServer proxy, DelayingRelay relay)
    {
        var (ours, direct, fetches) = (new List<double>(), new List<double>(), new List<double>());
        Thread.Sleep(options.IdleTime);
        var idle = ProcessSample.From(proxy.Processes).Resident;
        ProcessSample.ResetPeak(proxy.Processes);
        for (var round = 0; round < options.FarRounds; round++)
        {
            var wheel = ProxiedWheels.Upload(options, upstream, $"bench-shared-{round}", "1.0", options.SharedWheel);
            var path = far.LinkTo(wheel);
            direct.Add(Fetch.From(far, path).FirstByte);
            // Its page is known, as to a client that has just read it.
            path = proxy.LinkTo(wheel);
            var before = relay.Passed;
            var firstBytes = new double[Sharers];
            Crowd.Run(Sharers, client =>
            {
                var (firstByte, _, length) = Fetch.From(proxy, path);
                firstBytes[client] = firstByte;
                if (length != new FileInfo(wheel.Path).Length)
                    throw new InvalidOperationException($"A client got {length} bytes of {wheel.FileName}.");
            });
            ours.Add(Rounds.Median(firstBytes));
            fetches.Add((relay.Passed - before) / (double)options.SharedWheel);
        }

        var what = $"{Sharers} clients, one uncached file of {Text(options.SharedWheel / 1e6)} MB, far";
        results.Add(new Result("Proxies", $"{what}: bytes fetched", $"{Text(fetches.Max(), "0.00")} files", "",
            fetches.Max(), " × the file", Aim.AtMost(1.05)));
        results.Add(new Result("Proxies", $"{what}: first byte (median of all)", Milliseconds(ours),
            $"one client at upstream {Milliseconds(direct)}", Rounds.Ratio(ours, direct), " × its time",
            Aim.AtMost(1.2)));
        Memory.Report(results, "Proxies", what, proxy, idle);
    }

    void Warm(IndexServer upstream, IndexServer proxy)
    {
        using var nginx = new CachingNginx(options.Work, upstream.Address);
        var cache =
            upstream with { Name = "nginx", Address = nginx.Server.Address, Processes = nginx.Server.Processes };
        foreach (var form in PageFormat.All)
        {
            var (ours, cached, hosted) = (GetLoad(proxy, form), GetLoad(cache, form), GetLoad(upstream, form));
            foreach (var load in new[] { ours, cached, hosted })
                load.WarmUp(BenchOptions.WarmUpTime);
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var load in new[] { ours, cached, hosted })
                    load.Run(options.LoadTime);
            }
            results.Add(new Result("Proxies", $"pages of {Text(options.WideProject)} files that are kept, {form.Name}",
                ours.Describe(), $"hosted {hosted.Describe()}", Rounds.Ratio(ours.Rates, hosted.Rates),
                " × hosted's rate", Aim.AtLeast(1),
                $"nginx proxy_cache {cached.Describe()}, "
                + $"{Text(Rounds.Ratio(ours.Rates, cached.Rates), "0.00")} × of it"));
        }

        var wheel = ProxiedWheels.Upload(options, upstream, "bench-kept", "1.0", options.SharedWheel);
        var times = new[] { proxy, cache, upstream }.ToDictionary(s => s, _ => new List<double>());
        foreach (var server in times.Keys)
            Fetch.From(server, server.LinkTo(wheel));
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (server, time) in times)
                time.Add(Fetch.From(server, server.LinkTo(wheel)).Whole);
        }
        results.Add(new Result(
            "Proxies", $"a file of {Text(options.SharedWheel / 1e6)} MB that is kept", Milliseconds(times[proxy]),
            $"hosted {Milliseconds(times[upstream])}", Rounds.Ratio(times[proxy], times[upstream]), " × its time",
            Aim.AtMost(1.1),
            $"nginx proxy_cache {Milliseconds(times[cache])}, "
            + $"{Text(Rounds.Ratio(times[proxy], times[cache]), "0.00")} × of it"));
    }

    static PageLoad GetLoad(IndexServer server, PageFormat form) =>
        new(server.Address, [server.GetPage(Population.Wide)], form.Headers, server.Processes);

    /// <summary>
    /// What a client's installation asks for, one after the other: each project's page, and its file.
    /// </summary>
    void Install(IndexServer upstream, IndexServer far, IndexServer proxy)
    {
        var wheels = Enumerable.Range(0, InstalledProjects)
            .Select(n => ProxiedWheels.Upload(options, upstream, $"bench-installed-{n}", "1.0", (long)WheelOfInstall))
            .ToArray();
        var (ours, direct) = (new List<double>(), new List<double>());
        Run(proxy);
        for (var round = 0; round < options.Rounds; round++)
        {
            direct.Add(Run(far));
            ours.Add(Run(proxy));
        }
        results.Add(new Result(
            "Proxies", $"pip install of {InstalledProjects} projects that are kept, upstream far", Seconds(ours),
            $"from upstream {Seconds(direct)}", Rounds.Ratio(ours, direct), " × its time", Aim: null));

        double Run(IndexServer index)
        {
            var target = Path.Combine(options.Work, "installed");
            var watch = Stopwatch.StartNew();
            ChildProcess.Run("python3",
            [
                "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check",
                "--root-user-action=ignore",
                "--index-url", new Uri(index.Address, index.Pages).AbsoluteUri, "--target", target,
                .. wheels.Select(wheel => wheel.Project),
            ]);
            var time = watch.Elapsed.TotalSeconds;
            Directory.Delete(target, recursive: true);
            return time;
        }
    }

    static string Milliseconds(IEnumerable<double> seconds) => $"{Text(Rounds.Median(seconds) * 1e3, "N0")} ms";

    static string Seconds(IEnumerable<double> seconds) => $"{Text(Rounds.Median(seconds), "0.00")} s";
}
