using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench.Clients;

/// <summary>
/// Asks for one page over and over, or for many in random order: with wrk, or with threads of its own where wrk is
/// missing.
/// </summary>
static partial class LoadGenerator
{
    /// <summary>
    /// The order is random, but the same for every server. One page needs no request made anew, which would cost the
    /// generator, and so the server beside it, time.
    /// </summary>
    const string Script = """
        local paths, requests = {}, {}
        for path in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = path end
        if #paths > 1 then
          function init()
            math.randomseed(20000)
            for n, path in ipairs(paths) do requests[n] = wrk.format("GET", path) end
          end
          function request() return requests[math.random(#requests)] end
        end
        function done(summary, latency)
          io.write(string.format("figures %d %d %d %d %d\n",
            summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99)))
        end
        """;

    /// <exception cref="InvalidOperationException">An answer was not 200.</exception>
    public static LoadFigures Run(Uri server, IReadOnlyList<string> targets, string[] headers, TimeSpan time,
        int connections) =>
        ChildProcess.Exists("wrk")
            ? RunWrk(server, targets, headers, time, connections)
            : RunThreads(server, targets, headers, time, connections);

    static LoadFigures RunWrk(
        Uri server, IReadOnlyList<string> targets, string[] headers, TimeSpan time, int connections)
    {
        var folder = Directory.CreateTempSubdirectory("pyrepo-wrk");
        try
        {
            var script = Path.Combine(folder.FullName, "load.lua");
            File.WriteAllText(script, Script);
            var paths = Path.Combine(folder.FullName, "paths");
            File.WriteAllLines(paths, targets);
            var text = ChildProcess.Run("wrk",
            [
                "-c", $"{connections}", "-t", "1", "-d", $"{(int)time.TotalSeconds}s", "--timeout", "60s",
                "-s", script,
                .. headers.SelectMany(header => new[] { "-H", header }),
                new Uri(server, targets[0]).AbsoluteUri,
            ], new Dictionary<string, string> { ["BENCH_PATHS"] = paths });
            return Parse(targets[0], text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static LoadFigures Parse(string target, string text)
    {
        if (Failures().IsMatch(text) || Figures().Match(text) is not { Success: true } figures)
            throw new InvalidOperationException($"{target}: {text}");
        var (requests, seconds) = (Figure(1), Figure(2) / 1e6);
        return new LoadFigures(requests / seconds, requests, Figure(3), Figure(4) / 1e3, Figure(5) / 1e3);

        double Figure(int group) => double.Parse(figures.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    static LoadFigures RunThreads(
        Uri server, IReadOnlyList<string> targets, string[] headers, TimeSpan time, int connections)
    {
        var (bytes, times) = (0L, new List<double>());
        var watch = Stopwatch.StartNew();
        Crowd.Run(connections, client =>
        {
            var random = new Random(client);
            using var connection = new HttpConnection(server);
            while (watch.Elapsed < time)
            {
                var target = targets[random.Next(targets.Count)];
                var began = watch.Elapsed;
                var answer = connection.Get(target, headers, part => Interlocked.Add(ref bytes, part.Length));
                if (answer.Status != 200)
                    throw new InvalidOperationException($"{target}: {answer.Status}");
                lock (times)
                    times.Add((watch.Elapsed - began).TotalMilliseconds);
            }
        });
        return new LoadFigures(
            times.Count / watch.Elapsed.TotalSeconds, times.Count, bytes, Measuring.Rounds.Percentile(times, 0.5),
            Measuring.Rounds.Percentile(times, 0.99));
    }

    [GeneratedRegex("Non-2xx|Socket errors", RegexOptions.CultureInvariant)]
    private static partial Regex Failures();

    [GeneratedRegex(@"^figures (\d+) (\d+) (\d+) (\d+) (\d+)", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Figures();
}
