using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>A project page a second, on 32 connections, against static servers with the same bytes.</summary>
sealed class PageRates(BenchOptions options, Results results)
{
    const double WantedRate = 1 / 1.2;
    const double WantedCost = 2;

    public void Measure(IndexServer server, StaticSite site, StaticServer nginx, StaticServer kestrel)
    {
        foreach (var (project, files) in
            new[] { (Population.Narrow, Population.NarrowFiles), (Population.Wide, options.WideProject) })
        {
            foreach (var form in PageFormat.All)
                Measure(server, site, nginx, kestrel, project, files, form);
        }
        MeasureTail(server, nginx, PageFormat.All[^1]);
    }

    /// <summary>Who asks alone waits for nobody else: what is slow then is the server.</summary>
    void MeasureTail(IndexServer server, StaticServer nginx, PageFormat form)
    {
        const int alone = 1;
        var ours = new PageLoad(
            server.Address, [server.GetPage(Population.Wide)], form.Headers, server.Processes, alone);
        var theirs = new PageLoad(
            nginx.Address, [form.GetPath(Population.Wide)], form.Headers, nginx.Processes, alone);
        ours.WarmUp(BenchOptions.WarmUpTime);
        for (var round = 0; round < options.Rounds; round++)
        {
            theirs.Run(options.LoadTime);
            ours.Run(options.LoadTime);
        }
        results.Add(new Result("Pages", $"{Text(options.WideProject)} files, {form.Name}, one connection: p99",
            $"{ours.DescribeTimes()}", $"nginx {theirs.DescribeTimes()}", Rounds.Median(ours.Slowest), " ms",
            Aim.AtMost(1), $"{Text(ours.Rate)}/s, nginx {Text(theirs.Rate)}/s"));
    }

    /// <summary>The plain HTML page, against another index server.</summary>
    public void Compare(IndexServer server, IndexServer peer, string how)
    {
        foreach (var (project, files) in
            new[] { (Population.Narrow, Population.NarrowFiles), (Population.Medium, Population.FilesInOthers) })
        {
            var (ours, theirs) = (GetLoad(server, project), GetLoad(peer, project));
            ours.AskForEach(Check);
            theirs.AskForEach(Check);
            ours.WarmUp(BenchOptions.WarmUpTime);
            ours.Run(options.LoadTime);
            theirs.Run(options.PeerLoadTime);
            var what = $"{how}, {Text(files)} files, HTML";
            var rate = Rounds.Ratio(ours.Rates, theirs.Rates);
            results.Add(new Result("Peers", what, ours.Describe(), $"{peer.Name} {theirs.Describe()}", rate,
                " × its rate", Aim: null)
            {
                Bar = Bar.OfTime(what, peer.Name, rate, aim: null) with { IsPeer = true },
            });

            void Check(string target, Clients.HttpAnswer page)
            {
                if (IndexServer.CountLinks(page.Text) != files)
                    throw new InvalidOperationException($"{target} does not link to {files} files: {page.Text}");
            }
        }
    }

    static PageLoad GetLoad(IndexServer server, string project) =>
        new(server.Address, [server.GetPage(project)], [IndexServer.AcceptHtml], server.Processes);

    void Measure(IndexServer server, StaticSite site, StaticServer nginx, StaticServer kestrel,
        string project, int files, PageFormat form)
    {
        var path = form.GetPath(project);
        var ours = new PageLoad(server.Address, [server.GetPage(project)], form.Headers, server.Processes);
        var theirs = new PageLoad(nginx.Address, [path], form.Headers, nginx.Processes);
        var bare = new PageLoad(kestrel.Address, [path], form.Headers, kestrel.Processes);
        foreach (var load in new[] { ours, bare })
            load.WarmUp(BenchOptions.WarmUpTime);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var load in new[] { theirs, ours, bare })
                load.Run(options.LoadTime);
        }

        var what = $"{Text(files)} files, {form.Name}";
        var (rate, cost) = (Rounds.Ratio(ours.Rates, theirs.Rates), Rounds.Ratio(ours.Costs, theirs.Costs));
        var isPrincipal = form == PageFormat.All[^1];
        results.Add(new Result("Pages", what, ours.Describe(), $"nginx {theirs.Describe()}", rate, " × nginx's rate",
            Aim.AtLeast(WantedRate),
            $"{Text(site.GetSize(project, form) / 1000.0, "0.#")} KB; {ours.DescribeSlowest()};"
            + $" bare Kestrel {bare.Describe()}, {Text(Rounds.Ratio(ours.Rates, bare.Rates), "0.00")} × of it")
        {
            Bar = isPrincipal ? Bar.OfRate($"a hot page of {what}", "nginx", rate, WantedRate) : null,
        });
        results.Add(new Result("Pages", $"{what}: CPU", $"{Text(Rounds.Median(ours.Costs))} µs",
            $"nginx {Text(Rounds.Median(theirs.Costs))} µs", cost, " × nginx's CPU", Aim.AtMost(WantedCost),
            $"{Text(Rounds.Ratio(ours.Costs, bare.Costs), "0.00")} × of bare Kestrel's")
        {
            Bar = isPrincipal ? Bar.OfTime($"a hot page of {what}: CPU", "nginx", cost, WantedCost) : null,
        });
    }
}
