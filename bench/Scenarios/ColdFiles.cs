using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>A file that a proxy does not keep: what fetching it through the proxy costs.</summary>
sealed class ColdFiles(BenchOptions options, Results results)
{
    const int SmallRounds = 10;
    const long SmallFile = 1_000_000;
    const int NearRounds = 5;
    const double Line = 1e9 / 8;

    public void Measure(IndexServer upstream, IndexServer far, IndexServer farProxy)
    {
        MeasureNear(upstream);
        MeasureFar(upstream, far, farProxy, SmallFile, SmallRounds);
        MeasureFar(upstream, far, farProxy, options.SharedWheel, options.FarRounds);
        MeasureLine(upstream);
    }

    /// <summary>Without a line between them, this machine's two cores say how quick it can be.</summary>
    void MeasureNear(IndexServer upstream)
    {
        var folder = Path.Combine(options.Work, "cold");
        using var program = new PyRepo(
            options.Server, Path.Combine(folder, "proxy"), new Uri(upstream.Address, upstream.Pages));
        using var caching = new CachingNginx(folder, upstream.Address);
        var (proxy, nginx) = (program.Start(), upstream with { Name = "nginx", Address = caching.Server.Address });
        var (ours, theirs, direct, tee) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var cpu = 0.0;
        // What a server compiles at its first file is not what a file costs.
        Whole(proxy, ProxiedWheels.Upload(options, upstream, "bench-cold-first", "1.0", SmallFile));
        for (var round = 0; round < (options.Quick ? 1 : NearRounds); round++)
        {
            var wheel = ProxiedWheels.Upload(options, upstream, $"bench-cold-{round}", "1.0", options.ColdWheel);
            tee.Add(CopyReference.OneDigest.Time(wheel));
            direct.Add(Whole(upstream, wheel));
            theirs.Add(Whole(nginx, wheel));
            // Its page is known, as to a client that has just read it.
            proxy.LinkTo(wheel);
            var before = ProcessSample.CpuOnceIdle(proxy.Processes);
            ours.Add(Whole(proxy, wheel));
            cpu += ProcessSample.CpuOnceIdle(proxy.Processes) - before;
        }

        var what = $"a file of {Text(options.ColdWheel / 1e6)} MB that is not kept, loopback";
        var perGigabyte = cpu / (ours.Count * options.ColdWheel / 1e9);
        var ratio = Rounds.Ratio(ours, tee);
        results.Add(new Result("Proxies", what, Milliseconds(ours),
            $"{CopyReference.OneDigest.Name} {Milliseconds(tee)}", ratio,
            " × its time", Aim.AtMost(1.1),
            $"upstream {Milliseconds(direct)}, {Text(Rounds.Ratio(ours, direct), "0.0")} × its time;"
            + $" nginx proxy_cache {Milliseconds(theirs)}, {Text(Rounds.Ratio(ours, theirs), "0.0")} × its time")
        {
            Bar = Bar.OfTime("a proxy's cold file, loopback", CopyReference.OneDigest.Name, ratio, 1.1),
        });
        results.Add(new Result("Proxies", $"{what}: CPU", $"{Text(perGigabyte, "0.00")} CPU-s/GB", "", perGigabyte,
            " CPU-s/GB", Aim.AtMost(3.5)));
    }

    void MeasureFar(IndexServer upstream, IndexServer far, IndexServer proxy, long size, int rounds)
    {
        var (ours, direct) = Compare(upstream, far, proxy, size, rounds);
        results.Add(new Result("Proxies", $"a file of {Text(size / 1e6)} MB that is not kept, far", Milliseconds(ours),
            $"upstream {Milliseconds(direct)}", Rounds.Ratio(ours, direct), " × its time", Aim.AtMost(1.1)));
    }

    /// <summary>The line, and not this machine's two cores, says how quick it can be.</summary>
    void MeasureLine(IndexServer upstream)
    {
        const double wanted = 1.02;
        using var line = new DelayingRelay(upstream.Address, BenchOptions.Latency, Line);
        using var program = new PyRepo(
            options.Server, Path.Combine(options.Work, "proxy-over-line"), new Uri(line.Address, upstream.Pages));
        var (ours, direct) = Compare(
            upstream, upstream with { Address = line.Address }, program.Start(),
            options.SharedWheel, options.FarRounds);
        var ratio = Rounds.Ratio(ours, direct);
        results.Add(new Result("Proxies",
            $"a file of {Text(options.SharedWheel / 1e6)} MB that is not kept, far, over 1 Gbit/s", Milliseconds(ours),
            $"upstream {Milliseconds(direct)}", ratio, " × its time", Aim.AtMost(wanted))
        {
            Bar = Bar.OfTime("a proxy's cold file, 1 Gbit/s", "upstream", ratio, wanted),
        });
    }

    (List<double> Ours, List<double> Direct) Compare(
        IndexServer upstream, IndexServer far, IndexServer proxy, long size, int rounds)
    {
        var (ours, direct) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var project = $"bench-miss-{far.Address.Port}-{size}-{round}";
            var wheel = ProxiedWheels.Upload(options, upstream, project, "1.0", size);
            proxy.LinkTo(wheel);
            direct.Add(Whole(far, wheel));
            ours.Add(Whole(proxy, wheel));
        }

        return (ours, direct);
    }

    static double Whole(IndexServer server, Wheel wheel) =>
        Fetch.From(server, server.LinkTo(wheel), length: new FileInfo(wheel.Path).Length).Whole;

    static string Milliseconds(IEnumerable<double> seconds) => $"{Text(Rounds.Median(seconds) * 1e3)} ms";
}
