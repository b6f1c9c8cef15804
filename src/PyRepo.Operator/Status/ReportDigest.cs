using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PyRepo.Operator.Status;

/// <summary>
/// A digest of what the servers of a resource report. It changes with whatever the resource's status shows of it.
/// </summary>
public static class ReportDigest
{
    /// <summary>How often the time of an upstream's last answer alone is news.</summary>
    static readonly TimeSpan _upstreamNews = TimeSpan.FromHours(3);

    /// <summary>The digest of all pods' reports, and of silences.</summary>
    public static string Of(IEnumerable<ObservedPod> pods, DateTimeOffset now)
    {
        var text = new StringBuilder();
        foreach (var pod in pods.OrderBy(p => p.Pod.Metadata.Name, StringComparer.Ordinal))
        {
            text.Append(
                CultureInfo.InvariantCulture, $"{pod.Pod.Metadata.Uid} {pod.Failure} {pod.IsUnreachable(now)} ");
            if (pod.Report is { } report)
                text.Append(JsonSerializer.Serialize(Rounded(report), ServerReportJson.Default.ServerReport));
            text.Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    static ServerReport Rounded(ServerReport report) =>
        report with { Repositories = [.. report.Repositories.Select(Rounded)] };

    static RepositoryReport Rounded(RepositoryReport report) => report with
    {
        Upstream = report.Upstream is { Reachable: true, LastSuccess: { } at } upstream
            ? upstream with { LastSuccess = new(at.Ticks - at.Ticks % _upstreamNews.Ticks, at.Offset) }
            : report.Upstream,
        Cache = report.Cache is { Hits: var hits, Misses: var misses } && hits + misses > 0
            ? new CacheReport((long)Math.Round(100.0 * hits / (hits + misses)), 0)
            : null,
    };
}
