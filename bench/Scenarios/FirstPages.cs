using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>A page that a proxy does not keep: what asking the upstream through it costs.</summary>
sealed class FirstPages(BenchOptions options, Results results)
{
    const int MaxPages = 100;
    const double Wanted = 2;

    static string[] Headers => PageFormat.All[^1].Headers;

    IEnumerable<string> Projects => Enumerable.Range(0, Math.Min(MaxPages, Population.GetOthers(options) - 1))
        .Select(Population.Other);

    public void Measure(IndexServer upstream, IndexServer far, IndexServer farProxy)
    {
        MeasureNear(upstream);
        MeasureFar(far, farProxy);
    }

    void MeasureNear(IndexServer upstream)
    {
        var folder = Path.Combine(options.Work, "first");
        using var program = new PyRepo(
            options.Server, Path.Combine(folder, "proxy"), new Uri(upstream.Address, upstream.Pages));
        using var caching = new CachingNginx(folder, upstream.Address);
        var (proxy, nginx) = (program.Start(), upstream with { Name = "nginx", Address = caching.Server.Address });
        var (ours, theirs, direct) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var server in new[] { proxy, nginx })
            Fetch.From(server, server.GetPage(Population.Wide), Headers);
        var warmUps = PyRepo.WarmUpPages.Select(pages => proxy with { Pages = pages });
        var atFirst = warmUps.Select(server => Rounds.Median(FetchAll(server))).ToArray()[0];

        var cpu = ProcessSample.CpuOnceIdle(proxy.Processes);
        foreach (var project in Projects)
        {
            // The upstream is not what is measured: it has the page in memory.
            Fetch.From(upstream, upstream.GetPage(project), Headers);
            direct.Add(Fetch.From(upstream, upstream.GetPage(project), Headers).Whole);
            theirs.Add(Fetch.From(nginx, nginx.GetPage(project), Headers).Whole);
            ours.Add(Fetch.From(proxy, proxy.GetPage(project), Headers).Whole);
        }

        cpu = ProcessSample.CpuOnceIdle(proxy.Processes) - cpu;
        var ratio = Rounds.Ratio(ours, theirs);
        results.Add(new Result("Proxies", $"a page of {Population.FilesInOthers} files that is not kept, loopback",
            Milliseconds(ours), $"nginx proxy_cache {Milliseconds(theirs)}", ratio, " × its time", Aim.AtMost(Wanted),
            $"upstream {Milliseconds(direct)}, {Text(Rounds.Ratio(ours, direct), "0.0")} × its time;"
            + $" p90 {Text(Rounds.Percentile(ours, 0.9) * 1e3, "0.0")} ms;"
            + $" {Text(cpu / ours.Count * 1e3, "0.0")} ms CPU;"
            + $" the first {ours.Count} pages after the start {Text(atFirst * 1e3, "0.0")} ms")
        {
            Bar = Bar.OfTime("a proxy's first page", "nginx proxy_cache", ratio, Wanted),
        });
    }

    IEnumerable<double> FetchAll(IndexServer server) =>
        [.. Projects.Select(project => Fetch.From(server, server.GetPage(project), Headers).Whole)];

    void MeasureFar(IndexServer far, IndexServer proxy)
    {
        var (ours, direct) = (new List<double>(), new List<double>());
        foreach (var project in Projects.Take(MaxPages / 2))
        {
            direct.Add(Fetch.From(far, far.GetPage(project)).Whole);
            ours.Add(Fetch.From(proxy, proxy.GetPage(project)).Whole);
        }

        results.Add(new Result("Proxies", $"a page of {Population.FilesInOthers} files that is not kept, far",
            Milliseconds(ours), $"upstream {Milliseconds(direct)}", Rounds.Ratio(ours, direct), " × its time",
            Aim.AtMost(1.1)));
    }

    static string Milliseconds(IEnumerable<double> seconds) => $"{Text(Rounds.Median(seconds) * 1e3, "0.0")} ms";
}
