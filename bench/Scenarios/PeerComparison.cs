using Bench.Clients;
using Bench.Servers;

namespace Bench.Scenarios;

/// <summary>
/// Other index servers, each in what it can do: those that host, and those that serve what an upstream has.
/// </summary>
sealed class PeerComparison(BenchOptions options, Results results, Population population)
{
    readonly PageRates _pages = new(options, results);
    readonly Downloads _downloads = new(options, results, idle: 0);

    public void Measure(IndexServer server)
    {
        var folder = Path.Combine(options.Work, "peers");
        var wheels = Path.Combine(folder, "wheels");
        population.SaveFew(wheels);
        var big = new WheelMaker(Path.Combine(wheels, "bench-peers"), options.Seed)
            .Make("bench-peers", "1.0", options.BigWheel);
        Upload(server, big);
        using (var peers = new Peers())
        {
            foreach (var (peer, takesUploads) in peers.StartHosts(folder, wheels))
                CompareHost(server, peer, takesUploads, big);
        }

        CompareProxies(server, folder, big);
    }

    void CompareHost(IndexServer server, IndexServer peer, bool takesUploads, Wheel big)
    {
        if (takesUploads)
        {
            population.UploadFew(peer);
            Upload(peer, big);
        }

        _pages.Compare(server, peer, "pages");
        _downloads.Compare(server, peer, big, "download");
        if (!takesUploads)
            return;
        new Uploads(options, results, idle: 0).Compare(server, peer);
        new SmallUploads(options, results).Compare(server, peer);
    }

    void CompareProxies(IndexServer upstream, string folder, Wheel big)
    {
        var pages = new Uri(upstream.Address, upstream.Pages);
        using var program = new PyRepo(options.Server, Path.Combine(folder, "pyrepo-proxy"), pages);
        var proxy = program.Start();
        using var peers = new Peers();
        foreach (var peer in peers.StartProxies(folder, pages))
        {
            _pages.Compare(proxy, peer, "pages of an upstream");
            _downloads.Compare(proxy, peer, big, "download of an upstream's file");
        }
    }

    static void Upload(IndexServer server, Wheel wheel)
    {
        using var client = new UploadClient(server);
        client.Upload(wheel);
    }
}
