using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>From exec to the first right project page, and what memory is resident when nothing happens.</summary>
sealed class ColdStart(BenchOptions options, Results results)
{
    /// <summary>Starts the server some times.</summary>
    public void Measure(PyRepo program)
    {
        var times = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            program.Stop();
            times.Add(program.TimeStart(Population.Narrow, Population.NarrowFiles).Time.TotalSeconds);
        }

        var median = Rounds.Median(times);
        results.Add(new Result("Start", $"exec to the first project page, {Text(options.Files)} files",
            $"{Text(median, "0.00")} s", "", median, " s", Aim.AtMost(0.1),
            $"{Text(times.Min(), "0.00")} to {Text(times.Max(), "0.00")} s"));
    }

    /// <returns>The resident bytes of a server that has been left alone since its list was read.</returns>
    public long Idle(IndexServer server)
    {
        using (var connection = new HttpConnection(server.Address))
            connection.Get(server.Pages).MustSucceed($"{server.Name}, project list");
        Thread.Sleep(options.IdleTime);
        var idle = ProcessSample.From(server.Processes).Resident;
        if (options.Includes("start"))
        {
            results.Add(new Result("Start", $"idle, {Text(options.IdleTime.TotalSeconds)} s after the index was read",
                Megabytes(idle), "", (double)idle / (1 << 20), " MiB", Aim.AtMost(40)));
        }

        return idle;
    }
}
