using System.Diagnostics;
using Bench.Clients;
using static Bench.Results;

namespace Bench.Measuring;

/// <summary>Pages of one server under load, round after round.</summary>
/// <param name="headers">What a client sends with each request.</param>
/// <param name="processes">Those whose cost counts.</param>
/// <param name="connections">On how many it is asked at once.</param>
sealed class PageLoad(
    Uri server, IReadOnlyList<string> targets, string[] headers, IReadOnlyList<int> processes,
    int connections = PageLoad.Connections)
{
    /// <summary>On how many a server is asked at once, if nothing else is said.</summary>
    public const int Connections = 32;

    const int Askers = 16;
    double _meanLength;

    /// <summary>Pages a second, of each round.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Microseconds of CPU a page, of each round.</summary>
    public List<double> Costs { get; } = [];

    /// <summary>What half of the pages don't exceed, in milliseconds, of each round.</summary>
    public List<double> Middle { get; } = [];

    /// <summary>What 99 % of the pages don't exceed, in milliseconds, of each round.</summary>
    public List<double> Slowest { get; } = [];

    public double Rate => Rounds.Median(Rates);

    /// <summary>Asks for each page once, and checks what comes.</summary>
    /// <returns>Pages a second.</returns>
    /// <exception cref="InvalidOperationException">An answer is not 200, or the check fails.</exception>
    public double AskForEach(Action<string, HttpAnswer>? check = null)
    {
        var length = 0L;
        var watch = Stopwatch.StartNew();
        Crowd.Run(Math.Min(Askers, targets.Count), asker =>
        {
            using var connection = new HttpConnection(server);
            for (var n = asker; n < targets.Count; n += Askers)
            {
                var answer = connection.Get(targets[n], headers);
                if (answer.Status != 200)
                    throw new InvalidOperationException($"{server}{targets[n]}: {answer.Status} {answer.Text}");
                check?.Invoke(targets[n], answer);
                Interlocked.Add(ref length, answer.Body.Length);
            }
        });
        _meanLength = (double)length / targets.Count;
        return targets.Count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Asks for <paramref name="time"/>; counts nothing.</summary>
    public void WarmUp(TimeSpan time) => Ask(time);

    /// <summary>Asks for <paramref name="time"/>.</summary>
    public void Run(TimeSpan time)
    {
        var before = ProcessSample.From(processes).CpuSeconds;
        var figures = Ask(time);
        Rates.Add(figures.Rate);
        Costs.Add((ProcessSample.From(processes).CpuSeconds - before) / figures.Answers * 1e6);
        Middle.Add(figures.Middle);
        Slowest.Add(figures.Slowest);
    }

    /// <summary>Discards the figures of earlier rounds.</summary>
    public void Forget()
    {
        foreach (var figures in new[] { Rates, Costs, Middle, Slowest })
            figures.Clear();
    }

    public string Describe() => $"{Text(Rate)}/s at {Text(Rounds.Median(Costs))} µs CPU";

    public string DescribeTimes() => $"p50 {Text(Rounds.Median(Middle), "0.00")} ms, {DescribeSlowest()}";

    public string DescribeSlowest() => $"p99 {Text(Rounds.Median(Slowest), "0.00")} ms";

    LoadFigures Ask(TimeSpan time)
    {
        if (_meanLength == 0)
            AskForEach();
        var figures = LoadGenerator.Run(server, targets, headers, time, connections);
        // A redirect, or a page that is cut short, would be quicker than the page.
        var mean = figures.Bytes / figures.Answers;
        return figures.Answers > 0 && mean >= 0.95 * _meanLength
            ? figures
            : throw new InvalidOperationException(
                $"{server}{targets[0]}: {figures.Answers} answers of {mean:N0} bytes, "
                + $"where a page has {_meanLength:N0}.");
    }
}
