using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>A big wheel, uploaded once and seven at once, against <c>tee | sha256sum</c> of the same bytes.</summary>
sealed class Uploads(BenchOptions options, Results results, long idle)
{
    const string Project = "bench-big";
    const int Crowded = 7;

    readonly string _folder = Path.Combine(options.Work, "wheels");
    int _version;

    public void Measure(IndexServer server)
    {
        foreach (var clients in new[] { 1, Crowded })
        {
            ProcessSample.ResetPeak(server.Processes);
            var (ours, theirs) = (new List<double>(), new List<double>());
            var cpu = ProcessSample.Of(server.Processes).CpuSeconds;
            for (var round = 0; round < options.UploadRounds; round++)
            {
                var wheels = MakeWheels(clients);
                theirs.Add(TimeTee(wheels));
                ours.Add(TimeUploads(server, wheels));
                Delete(wheels);
            }

            cpu = ProcessSample.Of(server.Processes).CpuSeconds - cpu;
            var gigabytes = options.UploadRounds * clients * options.BigWheel / 1e9;
            results.Add(new Result("Uploads", $"{clients} × {Text(options.BigWheel / 1e6)} MB",
                $"{Text(Rounds.Median(ours), "0.00")} s, {Text(cpu / gigabytes, "0.00")} CPU-s/GB",
                $"tee and sha256sum {Text(Rounds.Median(theirs), "0.00")} s",
                Rounds.Ratio(ours, theirs), " × its time", Aim.AtMost(1.3),
                $"{Text(gigabytes * 1000 / ours.Sum())} MB/s"));
        }

        Memory.Report(results, "Uploads", $"peak during {Crowded} uploads at once", server, idle);
    }

    /// <summary>The same against another index server, once.</summary>
    public void Compare(IndexServer server, IndexServer peer)
    {
        foreach (var clients in new[] { 1, Crowded })
        {
            var wheels = MakeWheels(clients);
            var theirs = TimeUploads(peer, wheels);
            var ours = TimeUploads(server, wheels);
            Delete(wheels);
            results.Add(new Result("Peers", $"upload, {clients} × {Text(options.BigWheel / 1e6)} MB",
                $"{Text(ours, "0.00")} s", $"{peer.Name} {Text(theirs, "0.00")} s",
                ours / theirs, " × its time", Aim: null));
        }
    }

    IReadOnlyList<Wheel> MakeWheels(int count)
    {
        var maker = new WheelMaker(_folder, options.Seed + _version);
        return [.. Enumerable.Range(0, count).Select(_ => maker.Make(Project, $"1.{_version++}", options.BigWheel))];
    }

    static double TimeTee(IReadOnlyList<Wheel> wheels)
    {
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        Crowd.Run(wheels.Count, n =>
        {
            const string script = "tee \"$0.copy\" < \"$0\" | sha256sum";
            var sum = ChildProcess.Run("sh", "-c", script, wheels[n].Path);
            if (!sum.StartsWith(wheels[n].Sha256, StringComparison.Ordinal))
                throw new InvalidOperationException($"sha256sum says {sum} of {wheels[n].FileName}.");
        });
        var time = watch.Elapsed.TotalSeconds;
        foreach (var wheel in wheels)
            File.Delete($"{wheel.Path}.copy");
        return time;
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

    static void Delete(IReadOnlyList<Wheel> wheels)
    {
        foreach (var wheel in wheels)
            File.Delete(wheel.Path);
    }
}
