using Bench.Measuring;
using Bench.Servers;

namespace Bench.Large;

/// <summary>The servers of a setting.</summary>
sealed class Replicas(LargeSetting setting, IReadOnlyList<PyRepo> programs) : IDisposable
{
    public LargeSetting Setting => setting;

    public IReadOnlyList<PyRepo> Programs => programs;

    public IReadOnlyList<IndexServer> Servers => [.. programs.Select(program => program.Running)];

    /// <summary>Starts all, one after the other, until each knows of the others.</summary>
    /// <returns>The time until the last one was ready, from its exec.</returns>
    public TimeSpan Start()
    {
        var time = default(TimeSpan);
        foreach (var program in programs)
            time = program.TimeReady().Time;
        if (programs.Count > 1)
        {
            foreach (var program in programs)
                program.WaitForOthers(programs.Count - 1);
        }
        foreach (var server in Servers)
            ProcessSample.CpuOnceIdle(server.Processes);
        return time;
    }

    public void Dispose()
    {
        foreach (var program in programs)
            program.Dispose();
    }
}
