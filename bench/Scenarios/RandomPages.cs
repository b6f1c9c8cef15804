using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>
/// The pages of many projects in random order, on 32 connections, as many clients of a large repository ask: hosted,
/// of a proxy that keeps them, with a policy and without, and through a group; next to nginx with the same bytes as
/// files.
/// </summary>
sealed class RandomPages(BenchOptions options, Results results)
{
    public void Measure()
    {
        foreach (var count in options.ManyProjects)
            Measure(new ManyProjects(options, count));
    }

    void Measure(ManyProjects projects)
    {
        var folder = Path.Combine(options.Work, $"many-{projects.Names.Count}");
        using var program = new PyRepo(options.Server, folder);
        projects.Fill(program);
        var site = new StaticSite(Path.Combine(folder, "site"));
        using var nginx = new Nginx(options.Work, site.Folder);

        // Each on a new process: none profits from what another left in memory, or suffers from it.
        var server = program.Start();
        var reference = Reference(projects, site, server, nginx.Server);
        Measure("hosted", projects, server, reference);

        program.Stop();
        server = program.Start();
        Measure("through a group", projects, server with { Pages = PyRepo.GroupPages }, reference);

        program.Stop();
        server = program.Start();
        using var proxyProgram = new PyRepo(
            options.Server, Path.Combine(folder, "proxy"), new Uri(server.Address, server.Pages));
        Measure("proxied", projects, proxyProgram.Start(), reference);

        proxyProgram.Stop();
        using var guarded = new PyRepo(options.Server, Path.Combine(folder, "guarded"))
        {
            Declared = Guarded(new Uri(server.Address, server.Pages), projects.Names[0]),
        };
        Measure("proxied, with a policy", projects, guarded.Start(), reference);
    }

    /// <summary>A proxy whose policy judges every file, and hides none.</summary>
    static string Guarded(Uri upstream, string project) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: bench }
        spec:
          upstream: { url: "{{upstream}}" }
          cache: { maxSize: 100Gi, projectTtl: 1h }
          policy:
            minimumAge: 1s
            block: [bench-other, "{{project}}<1"]
            packageTypes: [bdist_wheel]

        """;

    static PageLoad Reference(ManyProjects projects, StaticSite site, IndexServer server, StaticServer nginx)
    {
        site.SavePages(server, projects.Names, ManyProjects.Headers);
        var paths = projects.Names.Select(name => $"/{name}.json").ToArray();
        var load = new PageLoad(nginx.Address, paths, ManyProjects.Headers, nginx.Processes);
        load.AskForEach(ManyProjects.Check);
        return load;
    }

    void Measure(string how, ManyProjects projects, IndexServer server, PageLoad reference)
    {
        reference.Forget();
        var load = new PageLoad(
            server.Address, projects.PagesBelow(server.Pages), ManyProjects.Headers, server.Processes);
        var first = load.AskForEach(ManyProjects.Check);
        load.WarmUp(BenchOptions.WarmUpTime);
        ProcessSample.ResetPeak(server.Processes);
        for (var round = 0; round < options.Rounds; round++)
        {
            reference.Run(options.LoadTime);
            load.Run(options.LoadTime);
        }

        var what = $"{Text(projects.Names.Count)} projects of 10 files, {how}";
        var rate = Rounds.Ratio(load.Rates, reference.Rates);
        var cost = Rounds.Ratio(load.Costs, reference.Costs);
        var label = $"random pages of {Text(projects.Names.Count)} projects, {how}";
        results.Add(new Result("Pages in random order", what, load.Describe(), $"nginx {reference.Describe()}",
            rate, " × nginx's rate", Aim.AtLeast(0.6), Slowest(load, reference, server, first))
        {
            Bar = Bar.OfRate(label, "nginx", rate, 0.6),
        });
        results.Add(new Result("Pages in random order", $"{what}: CPU", $"{Text(Rounds.Median(load.Costs))} µs",
            $"nginx {Text(Rounds.Median(reference.Costs))} µs", cost, " × nginx's CPU", Aim.AtMost(2))
        {
            Bar = Bar.OfTime($"{label}: CPU", "nginx", cost, 2),
        });
    }

    static string Slowest(PageLoad load, PageLoad reference, IndexServer server, double first) =>
        $"{load.DescribeSlowest()}, nginx {reference.DescribeSlowest()};"
        + $" resident {Megabytes(ProcessSample.From(server.Processes).Resident)},"
        + $" at most {Megabytes(ProcessSample.From(server.Processes).Peak)}; each once before: {Text(first)}/s";
}
