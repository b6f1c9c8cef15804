using System.Globalization;
using Bench.Hostile.Measuring;

namespace Bench.Hostile.Soaking;

/// <summary>A line for each minute of a soak, printed and written next to the results.</summary>
sealed class Chronicle(BenchOptions options, ServerUnderTest server, HonestMix honest)
{
    const string Head = "minute,phase,memory MiB,peak MiB,descriptors,log KiB,disk MiB,honest requests,failed,"
        + "failed while upstream was down,slowest ms";

    readonly DateTime _start = DateTime.UtcNow;
    readonly List<string> _lines = [Head];

    /// <summary>Where it is written; null: nowhere.</summary>
    string? FilePath => options.Results is { } results
        ? Path.Combine(Path.GetDirectoryName(results)!, "hostile-minutes.csv")
        : null;

    /// <summary>What is going on, for the lines.</summary>
    public string Phase { get; set; } = "";

    /// <summary>Writes lines until the token is canceled or the server ends.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // A run of a few minutes would have few lines.
        var interval = options.Minutes >= 10 ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(10);
        using var timer = new PeriodicTimer(interval);
        await Console.Error.WriteLineAsync(Head);
        try
        {
            while (server.Death is null && await timer.WaitForNextTickAsync(stopping))
                Add();
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    void Add()
    {
        if (ServerState.From(server) is not { } state)
            return;
        var seen = honest.TakeLately();
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{(DateTime.UtcNow - _start).TotalMinutes:0.0},{Phase},{state.Resident >> 20},{state.Peak >> 20},"
            + $"{state.Descriptors},{state.Log >> 10},{state.Disk >> 20},{seen.Asked},{seen.Failed},{seen.Excused},"
            + $"{seen.Slowest.TotalMilliseconds:0}");
        Console.Error.WriteLine(line);
        _lines.Add(line);
        if (FilePath is { } file)
            File.WriteAllLines(file, _lines);
    }
}
