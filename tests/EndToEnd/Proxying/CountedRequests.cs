using System.Globalization;

namespace EndToEnd.Proxying;

/// <summary>Counts the requests to a repository, by the server's own metrics.</summary>
public sealed class CountedRequests(PyRepoServer server, string repository)
{
    long _taken;

    /// <summary>How many requests ended since the last call.</summary>
    public async Task<long> TakeAsync()
    {
        var metrics = await server.Http.GetStringAsync(new Uri(server.Management, "metrics"));
        var all = metrics.Split('\n')
            .Where(line => line.StartsWith(
                $"pyrepo_http_requests_total{{repository=\"{repository}\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        (var since, _taken) = (all - _taken, all);
        return since;
    }
}
