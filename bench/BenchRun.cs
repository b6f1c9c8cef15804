using Bench.Clients;
using Bench.Scenarios;
using Bench.Servers;

namespace Bench;

/// <summary>All scenarios, over one repository and one server process, in their order.</summary>
sealed class BenchRun(BenchOptions options)
{
    readonly Results _results = new(options);
    readonly Population _population = new(options);

    public void Run()
    {
        using var program = new PyRepo(options.Server, Path.Combine(options.Work, "pyrepo"));
        _population.UploadAll(program.Start());
        var (server, idle) = new ColdStart(options, _results).Measure(program);
        var pages = new PageRates(options, _results);
        var downloads = new Downloads(options, _results, idle);
        var uploads = new Uploads(options, _results, idle);
        var smallUploads = new SmallUploads(options, _results);

        if (options.Includes("pages") || options.Includes("downloads"))
            MeasureReads(server, pages, downloads);
        if (options.Includes("uploads"))
            uploads.Measure(server);
        if (options.Includes("small-uploads"))
            smallUploads.Measure(server);
        if (options.Includes("proxies"))
            new Proxies(options, _results).Measure(server);
        if (options.Peers)
            Compare(server, pages, downloads, uploads, smallUploads);
        _results.Finish();
    }

    void MeasureReads(IndexServer server, PageRates pages, Downloads downloads)
    {
        var site = new StaticSite(Path.Combine(options.Work, "site"));
        site.SavePages(server, Population.Narrow, Population.NarrowFiles);
        site.SavePages(server, Population.Wide, options.WideProject);
        var wheel = UploadBigWheel(server);
        var path = site.Add(wheel);
        using var nginx = new Nginx(options.Work, site.Folder);
        using var kestrel = new BareKestrel(site.Folder);
        if (options.Includes("pages"))
            pages.Measure(server, site, nginx.Server, kestrel.Server);
        if (options.Includes("downloads"))
            downloads.Measure(server, wheel, path, nginx.Server, kestrel.Server);
    }

    void Compare(
        IndexServer server, PageRates pages, Downloads downloads, Uploads uploads, SmallUploads smallUploads)
    {
        using var peers = new Peers();
        foreach (var peer in peers.Start(options.Work))
        {
            _population.UploadMeasured(peer);
            var wheel = UploadBigWheel(server, peer);
            pages.Compare(server, peer);
            downloads.Compare(server, peer, wheel);
            uploads.Compare(server, peer);
            smallUploads.Compare(server, peer);
        }
    }

    Wheel UploadBigWheel(params IndexServer[] servers)
    {
        var maker = new WheelMaker(Path.Combine(options.Work, "big"), options.Seed);
        var wheel = maker.Make("bench-download", "1.0", options.BigWheel);
        foreach (var server in servers)
        {
            using var client = new UploadClient(server);
            client.Upload(wheel);
        }

        return wheel;
    }
}
