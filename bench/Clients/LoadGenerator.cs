using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench.Clients;

/// <summary>
/// Asks for one page over and over, on 32 connections: with wrk, or with threads of its own where wrk is missing.
/// </summary>
static partial class LoadGenerator
{
    const int Connections = 32;

    /// <returns>Pages a second.</returns>
    /// <exception cref="InvalidOperationException">An answer was not 200.</exception>
    public static double Run(Uri server, string target, string[] headers, TimeSpan time) =>
        ChildProcess.Exists("wrk")
            ? RunWrk(new Uri(server, target), headers, time)
            : RunThreads(server, target, headers, time);

    static double RunWrk(Uri page, string[] headers, TimeSpan time)
    {
        var text = ChildProcess.Run("wrk",
        [
            "-c", $"{Connections}", "-t", "1", "-d", $"{(int)time.TotalSeconds}s", "--timeout", "60s",
            .. headers.SelectMany(header => new[] { "-H", header }),
            page.AbsoluteUri,
        ]);
        if (Failures().IsMatch(text))
            throw new InvalidOperationException($"{page}: {text}");

        return double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    static double RunThreads(Uri server, string target, string[] headers, TimeSpan time)
    {
        var count = 0;
        var watch = Stopwatch.StartNew();
        Crowd.Run(Connections, _ =>
        {
            using var connection = new HttpConnection(server);
            while (watch.Elapsed < time)
            {
                var answer = connection.Get(target, headers, static _ => { });
                answer.MustSucceed(target);
                Interlocked.Increment(ref count);
            }
        });
        return count / watch.Elapsed.TotalSeconds;
    }

    [GeneratedRegex("Non-2xx|Socket errors", RegexOptions.CultureInvariant)]
    private static partial Regex Failures();

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Rate();
}
