using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>A big wheel, uploaded once and seven at once, against copying the same bytes.</summary>
sealed class Uploads(BenchOptions options, Results results, long idle)
{
    const string Project = "bench-big";
    const int Crowded = 7;

    readonly string _folder = Path.Combine(options.Work, "wheels");
    int _version;

    public void Measure(IndexServer server)
    {
        Measure(server, clients: 1, options.UploadRounds);
        ProcessSample.ResetPeak(server.Processes);
        // Seven uploads are a mean already, and take a minute with their references.
        Measure(server, Crowded, rounds: 1);
        Memory.Report(results, "Uploads", $"peak during {Crowded} uploads at once", server, idle);
    }

    void Measure(IndexServer server, int clients, int rounds)
    {
        var (ours, least, same) = (new List<double>(), new List<double>(), new List<double>());
        var cpu = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            var wheels = MakeWheels(clients);
            least.Add(CopyReference.OneDigest.Time(wheels));
            var before = ProcessSample.CpuOnceIdle(server.Processes);
            ours.Add(TimeUploads(server, wheels));
            cpu += ProcessSample.CpuOnceIdle(server.Processes) - before;
            same.Add(CopyReference.SameWork.Time(wheels));
            Delete(wheels);
        }

        var gigabytes = rounds * clients * options.BigWheel / 1e9;
        var what = $"{clients} × {Text(options.BigWheel / 1e6)} MB";
        var ratio = Rounds.Ratio(ours, least);
        results.Add(new Result("Uploads", what, Seconds(ours),
            $"{CopyReference.OneDigest.Name} {Seconds(least)}", ratio,
            " × its time", Aim.AtMost(1), $"{Text(gigabytes * 1000 / ours.Sum())} MB/s")
        {
            Bar = Bar.OfTime($"upload of {what}", CopyReference.OneDigest.Name, ratio, 1),
        });
        results.Add(new Result("Uploads", $"{what}, next to the same work", Seconds(ours),
            $"{CopyReference.SameWork.Name} {Seconds(same)}", Rounds.Ratio(ours, same), " × its time", Aim.AtMost(1)));
        results.Add(new Result("Uploads", $"{what}: CPU", $"{Text(cpu / gigabytes, "0.00")} CPU-s/GB", "",
            cpu / gigabytes, " CPU-s/GB", Aim.AtMost(7), "SHA-256, MD5 and BLAKE2b-256"));
    }

    /// <summary>One upload to another index server, once.</summary>
    public void Compare(IndexServer server, IndexServer peer)
    {
        var wheels = MakeWheels(1);
        var theirs = TimeUploads(peer, wheels);
        var ours = TimeUploads(server, wheels);
        Delete(wheels);
        var what = $"upload, {Text(options.BigWheel / 1e6)} MB";
        results.Add(new Result("Peers", what, $"{Text(ours, "0.00")} s", $"{peer.Name} {Text(theirs, "0.00")} s",
            ours / theirs, " × its time", Aim: null)
        {
            Bar = Bar.OfTime(what, peer.Name, theirs / ours, aim: null) with { IsPeer = true },
        });
    }

    IReadOnlyList<Wheel> MakeWheels(int count)
    {
        var maker = new WheelMaker(_folder, options.Seed + _version);
        return [.. Enumerable.Range(0, count).Select(_ => maker.Make(Project, $"1.{_version++}", options.BigWheel))];
    }

    static double TimeUploads(IndexServer server, IReadOnlyList<Wheel> wheels)
    {
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        Crowd.Run(wheels.Count, n =>
        {
            using var client = new UploadClient(server);
            client.Upload(wheels[n]);
        });
        return watch.Elapsed.TotalSeconds;
    }

    static string Seconds(IEnumerable<double> times) => $"{Text(Rounds.Median(times), "0.00")} s";

    static void Delete(IReadOnlyList<Wheel> wheels)
    {
        foreach (var wheel in wheels)
            File.Delete(wheel.Path);
    }
}
