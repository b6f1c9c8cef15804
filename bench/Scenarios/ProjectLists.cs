using System.Diagnostics;
using System.IO.Compression;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>
/// The list of all projects of an upstream of PyPI's size, and whether a proxy still has its hot pages in memory while
/// it is asked for the list.
/// </summary>
sealed class ProjectLists(BenchOptions options, Results results)
{
    const string Scenario = "The list of all projects";
    const int HotProjects = 200;

    /// <summary>Few clients ask for it, and an answer takes megabytes.</summary>
    const int ListConnections = 4;

    public void Measure()
    {
        var folder = Path.Combine(options.Work, "large");
        var upstream = new LargeUpstream(Path.Combine(folder, "upstream"), options.ListedNames, HotProjects);
        using var index = new Nginx(options.Work, upstream.Folder);
        var pages = new Uri(index.Server.Address, LargeUpstream.Pages);
        using var listingProgram = new PyRepo(options.Server, Path.Combine(folder, "listing"), pages);
        using var otherProgram = new PyRepo(options.Server, Path.Combine(folder, "other"), pages);
        var (listing, other) = (listingProgram.Start(), otherProgram.Start());
        var (hot, undisturbed) = (HotPages(listing, upstream), HotPages(other, upstream));

        var idle = ProcessSample.From(listing.Processes).Resident;
        ProcessSample.ResetPeak(listing.Processes);
        var (list, first) = AskFirst(listing, upstream);
        var site = Path.Combine(folder, "site");
        Directory.CreateDirectory(site);
        File.WriteAllBytes(Path.Combine(site, "list.json.gz"), list);
        using var nginx = new Nginx(options.Work, site);
        var lists = ListLoad(listing.Address, listing.Pages, listing.Processes);
        var reference = ListLoad(nginx.Server.Address, "/list.json", nginx.Server.Processes);
        for (var round = 0; round < options.Rounds; round++)
        {
            reference.Run(options.LoadTime);
            undisturbed.Run(options.LoadTime);
            lists.Run(options.LoadTime);
            hot.Run(options.LoadTime);
        }

        var what = $"the list of {Text(upstream.Names.Count)} names";
        results.Add(new Result(Scenario, $"{what}, the first time", $"{Text(first, "0.00")} s", "", first, " s",
            Aim: null, $"{Text(list.Length / 1e6, "0.0")} MB of JSON, gzip"));
        results.Add(new Result(Scenario, $"{what}, again, {ListConnections} clients", lists.Describe(),
            $"nginx {reference.Describe()}", Rounds.Ratio(lists.Rates, reference.Rates), " × nginx's rate", Aim: null,
            $"{Text(Rounds.Ratio(lists.Costs, reference.Costs), "0.0")} × its CPU"));
        results.Add(new Result(Scenario, $"hot pages of {HotProjects} projects, after the list", hot.Describe(),
            $"of a proxy that nobody asked for it {undisturbed.Describe()}",
            Rounds.Ratio(hot.Rates, undisturbed.Rates), " × its rate", Aim.AtLeast(0.9), hot.DescribeSlowest()));
        var peak = ProcessSample.From(listing.Processes).Peak;
        results.Add(new Result(Scenario, "memory above what it was before the list", Megabytes(peak - idle),
            $"before {Megabytes(idle)}", (peak - idle) / (double)(1 << 20), " MiB", Aim: null,
            $"{Megabytes(ProcessSample.From(listing.Processes).Resident)} at the end"));
    }

    static PageLoad ListLoad(Uri server, string path, IReadOnlyList<int> processes) =>
        new(server, [path], ManyProjects.Headers, processes, ListConnections);

    static PageLoad HotPages(IndexServer server, LargeUpstream upstream)
    {
        var load = new PageLoad(server.Address, [.. upstream.Hot.Select(server.GetPage)], ManyProjects.Headers,
            server.Processes);
        load.AskForEach(ManyProjects.Check);
        load.WarmUp(BenchOptions.WarmUpTime);
        return load;
    }

    static (byte[] Compressed, double Seconds) AskFirst(IndexServer server, LargeUpstream upstream)
    {
        using var connection = new HttpConnection(server.Address);
        var watch = Stopwatch.StartNew();
        var list = connection.Get(server.Pages, ManyProjects.Headers).MustSucceed($"{server.Name}, project list");
        var seconds = watch.Elapsed.TotalSeconds;
        using var gzip = new GZipStream(new MemoryStream(list.Body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        var names = reader.ReadToEnd().Split("\"name\":").Length - 1;
        return names == upstream.Names.Count
            ? (list.Body, seconds)
            : throw new InvalidOperationException($"The list of {server.Name} has {names} names.");
    }
}
