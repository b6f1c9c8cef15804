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
    const int SmallMisses = 10;
    const double WheelOfInstall = 200_000;
    const double Line = 1e9 / 8;

    public void Measure(IndexServer upstream)
    {
        using var far = new DelayingRelay(upstream.Address, BenchOptions.Latency);
        var farAway = upstream with { Address = far.Address };
        using var program = new PyRepo(
            options.Server, Path.Combine(options.Work, "proxy"), new Uri(far.Address, upstream.Pages));
        var proxy = program.Start();
        Miss(upstream, farAway, proxy);
        MissOverLine(upstream);
        Share(upstream, farAway, proxy, far);
        Warm(upstream, proxy);
        Install(upstream, farAway, proxy);
    }

    void Share(IndexServer upstream, IndexServer far, IndexServer proxy, DelayingRelay relay)
    {
        var (ours, direct, fetches) = (new List<double>(), new List<double>(), new List<double>());
        Thread.Sleep(options.IdleTime);
        var idle = ProcessSample.Of(proxy.Processes).Resident;
        ProcessSample.ResetPeak(proxy.Processes);
        for (var round = 0; round < options.UploadRounds; round++)
        {
            var wheel = Upload(upstream, $"bench-shared-{round}", "1.0", options.SharedWheel);
            var path = far.LinkTo(wheel);
            direct.Add(Fetch(far, path).FirstByte);
            // Its page is known, as to a client that has just read it.
            path = proxy.LinkTo(wheel);
            var before = relay.Passed;
            var firstBytes = new double[Sharers];
            Crowd.Run(Sharers, client =>
            {
                var (firstByte, _, length) = Fetch(proxy, path);
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

    void Miss(IndexServer upstream, IndexServer far, IndexServer proxy)
    {
        foreach (var (size, name) in new[] { (1_000_000L, "1 MB"), (options.SharedWheel, $"{Text(options.SharedWheel / 1e6)} MB") })
        {
            var (ours, direct) = (new List<double>(), new List<double>());
            for (var round = 0; round < (size < options.SharedWheel ? SmallMisses : options.UploadRounds); round++)
            {
                var wheel = Upload(upstream, $"bench-miss-{size}-{round}", "1.0", size);
                var (farPath, proxyPath) = (far.LinkTo(wheel), proxy.LinkTo(wheel));
                direct.Add(Fetch(far, farPath).Whole);
                ours.Add(Fetch(proxy, proxyPath).Whole);
            }
            results.Add(new Result("Proxies", $"a file of {name} that is not kept, far", Milliseconds(ours),
                $"upstream {Milliseconds(direct)}", Rounds.Ratio(ours, direct), " × its time", Aim.AtMost(1.1)));
        }

        var (ourPages, directPages) = (new List<double>(), new List<double>());
        for (var project = 0; project < Math.Min(50, (options.Files - options.WideProject) / 100 - 1); project++)
        {
            directPages.Add(Fetch(far, far.PageOf($"bench-other-{project}")).Whole);
            ourPages.Add(Fetch(proxy, proxy.PageOf($"bench-other-{project}")).Whole);
        }
        results.Add(new Result("Proxies", "a page of 100 files that is not kept, far", Milliseconds(ourPages),
            $"upstream {Milliseconds(directPages)}", Rounds.Ratio(ourPages, directPages), " × its time",
            Aim.AtMost(1.1)));
    }

    /// <summary>
    /// As <see cref="Miss"/>, where the line and not this machine's two cores says how quick it can be.
    /// </summary>
    void MissOverLine(IndexServer upstream)
    {
        using var line = new DelayingRelay(upstream.Address, BenchOptions.Latency, Line);
        var farAway = upstream with { Address = line.Address };
        using var program = new PyRepo(
            options.Server, Path.Combine(options.Work, "proxy-over-line"), new Uri(line.Address, upstream.Pages));
        var proxy = program.Start();
        var (ours, direct) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.UploadRounds; round++)
        {
            var wheel = Upload(upstream, $"bench-line-{round}", "1.0", options.SharedWheel);
            var (farPath, proxyPath) = (farAway.LinkTo(wheel), proxy.LinkTo(wheel));
            direct.Add(Fetch(farAway, farPath).Whole);
            ours.Add(Fetch(proxy, proxyPath).Whole);
        }
        results.Add(new Result("Proxies",
            $"a file of {Text(options.SharedWheel / 1e6)} MB that is not kept, far, over 1 Gbit/s", Milliseconds(ours),
            $"upstream {Milliseconds(direct)}", Rounds.Ratio(ours, direct), " × its time", Aim.AtMost(1.1)));
    }

    void Warm(IndexServer upstream, IndexServer proxy)
    {
        using var nginx = new CachingNginx(options.Work, upstream.Address);
        var cache =
            upstream with { Name = "nginx", Address = nginx.Server.Address, Processes = nginx.Server.Processes };
        foreach (var form in PageFormat.All)
        {
            var rates = new[] { proxy, cache, upstream }.ToDictionary(s => s, _ => new List<double>());
            foreach (var server in rates.Keys)
                LoadGenerator.Run(
                    server.Address, server.PageOf(Population.Wide), form.Headers, TimeSpan.FromSeconds(1));
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var (server, rate) in rates)
                    rate.Add(LoadGenerator.Run(
                        server.Address, server.PageOf(Population.Wide), form.Headers, options.LoadTime));
            }
            results.Add(new Result("Proxies", $"pages of {Text(options.WideProject)} files that are kept, {form.Name}",
                $"{Text(Rounds.Median(rates[proxy]))}/s", $"hosted {Text(Rounds.Median(rates[upstream]))}/s",
                Rounds.Ratio(rates[proxy], rates[upstream]), " × hosted", Aim.AtLeast(1),
                $"nginx proxy_cache {Text(Rounds.Median(rates[cache]))}/s, {Text(Rounds.Ratio(rates[proxy], rates[cache]), "0.00")} × of it"));
        }

        var wheel = Upload(upstream, "bench-kept", "1.0", options.SharedWheel);
        var times = new[] { proxy, cache, upstream }.ToDictionary(s => s, _ => new List<double>());
        foreach (var server in times.Keys)
            Fetch(server, server.LinkTo(wheel));
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (server, time) in times)
                time.Add(Fetch(server, server.LinkTo(wheel)).Whole);
        }
        results.Add(new Result(
            "Proxies", $"a file of {Text(options.SharedWheel / 1e6)} MB that is kept", Milliseconds(times[proxy]),
            $"hosted {Milliseconds(times[upstream])}", Rounds.Ratio(times[proxy], times[upstream]), " × its time",
            Aim.AtMost(1.1),
            $"nginx proxy_cache {Milliseconds(times[cache])}, {Text(Rounds.Ratio(times[proxy], times[cache]), "0.00")} × of it"));
    }

    /// <summary>
    /// What a client's installation asks for, one after the other: each project's page, and its file.
    /// </summary>
    void Install(IndexServer upstream, IndexServer far, IndexServer proxy)
    {
        var wheels = Enumerable.Range(0, InstalledProjects)
            .Select(n => Upload(upstream, $"bench-installed-{n}", "1.0", (long)WheelOfInstall)).ToArray();
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
                "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check", "--root-user-action=ignore",
                "--index-url", new Uri(index.Address, index.Pages).AbsoluteUri, "--target", target,
                .. wheels.Select(wheel => wheel.Project),
            ]);
            var time = watch.Elapsed.TotalSeconds;
            Directory.Delete(target, recursive: true);
            return time;
        }
    }

    Wheel Upload(IndexServer server, string project, string version, long size)
    {
        var seed = options.Seed + project.Sum(letter => letter);
        var wheel = new WheelMaker(Path.Combine(options.Work, "proxied"), seed).Make(project, version, size);
        using var client = new UploadClient(server);
        client.Upload(wheel);
        return wheel;
    }

    /// <summary>Seconds to the first byte of the body and to the last, on a connection of its own.</summary>
    static (double FirstByte, double Whole, long Length) Fetch(IndexServer server, string path)
    {
        using var connection = new HttpConnection(server.Address);
        var (first, length) = (0.0, 0L);
        var watch = Stopwatch.StartNew();
        connection.Get(path, [], part =>
        {
            if (length == 0)
                first = watch.Elapsed.TotalSeconds;
            length += part.Length;
        }).MustSucceed(path);
        return (first, watch.Elapsed.TotalSeconds, length);
    }

    static string Milliseconds(IEnumerable<double> seconds) => $"{Text(Rounds.Median(seconds) * 1e3, "N0")} ms";

    static string Seconds(IEnumerable<double> seconds) => $"{Text(Rounds.Median(seconds), "0.00")} s";
}
