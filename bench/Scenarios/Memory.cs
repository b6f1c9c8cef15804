using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>Resident memory at its peak, against idle and in all.</summary>
static class Memory
{
    const double Mebibyte = 1 << 20;

    public static void Report(Results results, string scenario, string what, IndexServer server, long idle)
    {
        var peak = ProcessSample.From(server.Processes).Peak;
        results.Add(new Result(scenario, $"{what}: memory above idle", Megabytes(peak - idle),
            $"idle {Megabytes(idle)}", (peak - idle) / Mebibyte, " MiB", Aim.AtMost(60)));
        results.Add(new Result(scenario, $"{what}: memory in all", Megabytes(peak), "", peak / Mebibyte, " MiB",
            Aim.AtMost(130)));
    }
}
