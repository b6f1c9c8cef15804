using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>From exec to the first right project page, and what memory is resident when nothing happens.</summary>
sealed class ColdStart(BenchOptions options, Results results)
{
    /// <summary>Starts the server some times.</summary>
    /// <returns>The last one, which runs on, and its resident bytes when idle.</returns>
    public (IndexServer Server, long Idle) Measure(PyRepo program)
    {
        var times = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            program.Stop();
            times.Add(program.TimeStart(Population.Narrow, Population.NarrowFiles).Time.TotalSeconds);
        }

        program.Stop();
        var server = program.Start();
        ReadIndex(server);
        Thread.Sleep(options.IdleTime);
        var idle = ProcessSample.Of(server.Processes).Resident;
        if (options.Includes("start"))
        {
            var what = $"exec to the first project page, {Text(options.Files)} files";
            var median = Rounds.Median(times);
            results.Add(new Result("Start", what, $"{Text(median, "0.00")} s", "", median, " s", Aim.AtMost(1),
                $"{Text(times.Min(), "0.00")} to {Text(times.Max(), "0.00")} s"));
            results.Add(new Result("Start", $"idle, {Text(options.IdleTime.TotalSeconds)} s after the index was read",
                Megabytes(idle), "", (double)idle / (1 << 20), " MiB", Aim: null));
        }

        return (server, idle);
    }

    static void ReadIndex(IndexServer server)
    {
        using var connection = new HttpConnection(server.Address);
        connection.Get(server.Pages).MustSucceed($"{server.Name}, project list");
    }
}
