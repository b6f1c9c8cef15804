using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>
/// Wheels of 10 KB, one after the other, against writing such files and waiting for the disk; and eight at once.
/// </summary>
sealed class SmallUploads(BenchOptions options, Results results)
{
    const string Scenario = "Small uploads";
    const int Payload = 9_000;
    const int Crowded = 8;
    const double Wanted = 1 / 3.0;

    /// <summary>Others get a quarter of the uploads: one of them takes five a second.</summary>
    const int PeersShare = 4;

    readonly string _folder = Path.Combine(options.Work, "small");
    int _made;

    public void Measure(IndexServer server)
    {
        var (write, one, wide, several, shared) = (Rates(), Rates(), Rates(), Rates(), Rates());
        for (var round = 0; round < options.SmallRounds; round++)
        {
            var wheels = MakeWheels(clients: 1, _ => $"bench-small-{round}");
            write.Add(RateOfWrites(wheels[0]));
            one.Add(RateOfUploads(server, wheels));
            wide.Add(RateOfUploads(server, MakeWheels(clients: 1, _ => Population.Wide)));
            several.Add(RateOfUploads(server, MakeWheels(Crowded, client => $"bench-small-{round}-{client}")));
            shared.Add(RateOfUploads(server, MakeWheels(Crowded, _ => $"bench-small-{round}-shared")));
        }

        Report("10 KB into a new project", one, "write and fsync", write, Wanted, "10 KB uploaded, 1 connection");
        Report($"10 KB into a project of {Text(options.WideProject)} files", wide, "write and fsync", write, Wanted);
        Report($"{Crowded} at once, into {Crowded} new projects", several, "1 connection", one, 1,
            $"10 KB uploaded, {Crowded} at once");
        Report($"{Crowded} at once, into one new project", shared, "1 connection", one, 1);
    }

    /// <summary>Uploads to another index server, once.</summary>
    public void Compare(IndexServer server, IndexServer peer)
    {
        foreach (var clients in new[] { 1, Crowded })
        {
            var wheels = MakeWheels(clients, client => $"bench-small-{peer.Name}-{clients}-{client}", PeersShare);
            var theirs = RateOfUploads(peer, wheels);
            var ours = RateOfUploads(server, wheels);
            var what = $"uploads of 10 KB, {(clients == 1 ? "1 connection" : $"{clients} at once")}";
            results.Add(new Result("Peers", what, $"{Text(ours)}/s", $"{peer.Name} {Text(theirs, "0.#")}/s",
                ours / theirs, " × its rate", Aim: null)
            {
                Bar = Bar.OfTime(what, peer.Name, ours / theirs, aim: null) with { IsPeer = true },
            });
        }
    }

    void Report(
        string what, List<double> ours, string reference, List<double> theirs, double wanted, string? bar = null)
    {
        var ratio = Rounds.Ratio(ours, theirs);
        results.Add(new Result(Scenario, what, $"{Text(Rounds.Median(ours))}/s",
            $"{reference} {Text(Rounds.Median(theirs))}/s", ratio, " × its rate", Aim.AtLeast(wanted))
        {
            Bar = bar is null ? null : Bar.OfRate(bar, reference, ratio, wanted),
        });
    }

    static List<double> Rates() => [];

    /// <summary>What each client uploads, of all or of a share.</summary>
    IReadOnlyList<IReadOnlyList<Wheel>> MakeWheels(int clients, Func<int, string> projectOf, int share = 1)
    {
        var maker = new WheelMaker(_folder, options.Seed + _made);
        var each = Math.Max(5, options.SmallUploads / clients / share);
        return
        [
            .. Enumerable.Range(0, clients).Select(client => Enumerable.Range(0, each)
                .Select(_ => maker.Make(projectOf(client), $"2.{_made++}", Payload)).ToArray()),
        ];
    }

    double RateOfWrites(IReadOnlyList<Wheel> wheels)
    {
        var copies = Directory.CreateDirectory(Path.Combine(options.Work, "fsync")).FullName;
        var contents = wheels.Select(wheel => File.ReadAllBytes(wheel.Path)).ToArray();
        // What lies unwritten from before would count against the first to wait for the disk.
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < wheels.Count; n++)
        {
            var copy = Path.Combine(copies, wheels[n].FileName);
            using var file = File.OpenHandle(copy, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, contents[n], fileOffset: 0);
            RandomAccess.FlushToDisk(file);
        }

        return wheels.Count / watch.Elapsed.TotalSeconds;
    }

    static double RateOfUploads(IndexServer server, IReadOnlyList<IReadOnlyList<Wheel>> wheels)
    {
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        Crowd.Run(wheels.Count, client =>
        {
            using var connection = new UploadClient(server);
            foreach (var wheel in wheels[client])
                connection.Upload(wheel);
        });
        return wheels.Sum(each => each.Count) / watch.Elapsed.TotalSeconds;
    }
}
