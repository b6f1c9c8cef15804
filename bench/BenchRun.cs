using System.Diagnostics;
using Bench.Clients;
using Bench.Scenarios;
using Bench.Servers;

namespace Bench;

/// <summary>All scenarios, most of them over one repository and one server process, in their order.</summary>
sealed class BenchRun(BenchOptions options)
{
    static readonly string[] _ofRepository = ["start", "pages", "downloads", "uploads", "small-uploads", "proxies"];

    readonly Results _results = new(options);
    readonly Population _population = new(options);
    readonly List<string> _seconds = [];

    public void Run()
    {
        if (_ofRepository.Any(options.Includes) || options.Peers)
            MeasureRepository();
        Timed("random-pages", () => new RandomPages(options, _results).Measure());
        Timed("private-pages", () => new PrivatePages(options, _results).Measure());
        Timed("download-log", () => new LoggedDownloads(options, _results).Measure());
        Timed("project-list", () => new ProjectLists(options, _results).Measure());
        _results.Finish();
        Console.Error.WriteLine($"seconds: {string.Join(", ", _seconds)}");
    }

    void MeasureRepository()
    {
        using var program = new PyRepo(options.Server, Path.Combine(options.Work, "pyrepo"));
        Always("population", () => _population.UploadAll(program.Start()));
        var start = new ColdStart(options, _results);
        Timed("start", () => start.Measure(program));
        program.Stop();
        var server = program.Start();
        var idle = start.Idle(server);
        var uploads = new Uploads(options, _results, idle);
        var smallUploads = new SmallUploads(options, _results);
        if (options.Includes("pages") || options.Includes("downloads"))
            MeasureReads(server, idle);
        Timed("uploads", () => uploads.Measure(server));
        Timed("small-uploads", () => smallUploads.Measure(server));
        Timed("proxies", () => new Proxies(options, _results).Measure(server));
        if (options.Peers)
            Always("peers", () => new PeerComparison(options, _results, _population).Measure(server));
    }

    void MeasureReads(IndexServer server, long idle)
    {
        var site = new StaticSite(Path.Combine(options.Work, "site"));
        site.SavePages(server, Population.Narrow, Population.NarrowFiles);
        site.SavePages(server, Population.Wide, options.WideProject);
        var wheel = new WheelMaker(Path.Combine(options.Work, "big"), options.Seed)
            .Make("bench-download", "1.0", options.BigWheel);
        using (var client = new UploadClient(server))
            client.Upload(wheel);
        var path = site.Add(wheel);
        using var nginx = new Nginx(options.Work, site.Folder);
        using var kestrel = new BareKestrel(site.Folder);
        Timed("pages", () => new PageRates(options, _results).Measure(server, site, nginx.Server, kestrel.Server));
        Timed("downloads", () => new Downloads(options, _results, idle)
            .Measure(server, wheel, path, nginx.Server, kestrel.Server));
    }

    void Timed(string scenario, Action measure)
    {
        if (options.Includes(scenario))
            Always(scenario, measure);
    }

    void Always(string scenario, Action measure)
    {
        var watch = Stopwatch.StartNew();
        measure();
        _seconds.Add($"{scenario} {Results.Text(watch.Elapsed.TotalSeconds)}");
    }
}
