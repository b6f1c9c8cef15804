using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>Project pages a second, on 32 connections, against static servers with the same bytes.</summary>
sealed class PageRates(BenchOptions options, Results results)
{
    static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);

    public void Measure(IndexServer server, StaticSite site, StaticServer nginx, StaticServer kestrel)
    {
        foreach (var (project, files) in Projects())
        {
            foreach (var form in PageFormat.All)
                Measure(server, site, nginx, kestrel, project, files, form);
        }
    }

    /// <summary>The plain HTML page, against another index server.</summary>
    public void Compare(IndexServer server, IndexServer peer)
    {
        foreach (var (project, files) in Projects())
        {
            var ours = new Load(server.Address, server.PageOf(project), [], server.Processes);
            var theirs = new Load(peer.Address, peer.PageOf(project), [], peer.Processes);
            ours.Run(options.LoadTime);
            theirs.Run(options.LoadTime);
            results.Add(new Result("Peers", $"pages, {Text(files)} files, HTML", ours.Describe(),
                $"{peer.Name} {theirs.Describe()}", Rounds.Ratio(ours.Rates, theirs.Rates), " ×", Aim: null));
        }
    }

    IEnumerable<(string Project, int Files)> Projects() =>
        [(Population.Narrow, Population.NarrowFiles), (Population.Wide, options.WideProject)];

    void Measure(IndexServer server, StaticSite site, StaticServer nginx, StaticServer kestrel,
        string project, int files, PageFormat form)
    {
        var path = form.PathOf(project);
        var ours = new Load(server.Address, server.PageOf(project), form.Headers, server.Processes);
        var theirs = new Load(nginx.Address, path, form.Headers, nginx.Processes);
        var bare = new Load(kestrel.Address, path, form.Headers, kestrel.Processes);
        foreach (var load in new[] { ours, bare })
            LoadGenerator.Run(load.Server, load.Target, load.Headers, _warmUp);
        for (var round = 0; round < options.Rounds; round++)
        {
            theirs.Run(options.LoadTime);
            ours.Run(options.LoadTime);
            bare.Run(options.LoadTime);
        }

        var what = $"{Text(files)} files, {form.Name}, {Text(site.SizeOf(project, form) / 1000.0, "0.#")} KB";
        results.Add(new Result("Pages", what, ours.Describe(), $"nginx {theirs.Describe()}",
            Rounds.Ratio(ours.Rates, theirs.Rates), " × nginx", Aim.AtLeast(1),
            $"bare Kestrel {bare.Describe()}, {Text(Rounds.Ratio(ours.Rates, bare.Rates), "0.00")} × of it"));
    }

    sealed record Load(Uri Server, string Target, string[] Headers, IReadOnlyList<int> Processes)
    {
        double _cpu;
        double _pages;

        public List<double> Rates { get; } = [];

        public void Run(TimeSpan time)
        {
            var before = ProcessSample.Of(Processes).CpuSeconds;
            var rate = LoadGenerator.Run(Server, Target, Headers, time);
            _cpu += ProcessSample.Of(Processes).CpuSeconds - before;
            _pages += rate * time.TotalSeconds;
            Rates.Add(rate);
        }

        public string Describe() => $"{Text(Rounds.Median(Rates))}/s at {Text(_cpu / _pages * 1e6)} µs CPU";
    }
}
