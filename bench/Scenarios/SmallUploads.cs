using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>Wheels of 10 KB, one after the other, against writing such files and waiting for the disk.</summary>
sealed class SmallUploads(BenchOptions options, Results results)
{
    const int Payload = 9_000;

    readonly string _folder = Path.Combine(options.Work, "small");
    int _version;

    public void Measure(IndexServer server)
    {
        foreach (var (project, what) in Projects())
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round < options.Rounds; round++)
            {
                var wheels = MakeWheels(project);
                theirs.Add(RateOfWrites(wheels));
                ours.Add(RateOfUploads(server, wheels));
            }

            results.Add(new Result("Small uploads", what, $"{Text(Rounds.Median(ours))}/s",
                $"write and fsync {Text(Rounds.Median(theirs))}/s", Rounds.Ratio(ours, theirs), " × its rate",
                Aim.AtLeast(1 / 3.0)));
        }
    }

    /// <summary>The same against another index server, once.</summary>
    public void Compare(IndexServer server, IndexServer peer)
    {
        foreach (var (project, what) in Projects())
        {
            var wheels = MakeWheels(project);
            var theirs = RateOfUploads(peer, wheels);
            var ours = RateOfUploads(server, wheels);
            results.Add(new Result("Peers", $"small uploads, {what}", $"{Text(ours)}/s",
                $"{peer.Name} {Text(theirs)}/s", ours / theirs, " ×", Aim: null));
        }
    }

    IEnumerable<(string Project, string What)> Projects() =>
    [
        ("bench-small", "10 KB into a new project"),
        (Population.Wide, $"10 KB into a project of {Text(options.WideProject)} files"),
    ];

    IReadOnlyList<Wheel> MakeWheels(string project)
    {
        var maker = new WheelMaker(_folder, options.Seed + _version);
        return
        [
            .. Enumerable.Range(0, options.SmallUploads).Select(_ => maker.Make(project, $"2.{_version++}", Payload)),
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

    static double RateOfUploads(IndexServer server, IReadOnlyList<Wheel> wheels)
    {
        using var client = new UploadClient(server);
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        foreach (var wheel in wheels)
            client.Upload(wheel);
        return wheels.Count / watch.Elapsed.TotalSeconds;
    }
}
