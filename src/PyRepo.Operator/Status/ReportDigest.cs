using System.Security.Cryptography;
using System.Text;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Status;

/// <summary>
/// A digest of what the servers of a resource report. It changes with whatever the resource's status shows of it.
/// </summary>
public static class ReportDigest
{
    /// <summary>How often the time of an upstream's last answer alone is news.</summary>
    static readonly TimeSpan _upstreamNews = TimeSpan.FromHours(3);

    /// <summary>The digest of all pods' reports, and of silences and waits that have become too long.</summary>
    public static string Compute(IEnumerable<ObservedPod> pods, DateTimeOffset now)
    {
        // One report at a time: all of them together, written out, are large.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var pod in pods.OrderBy(p => p.Pod.Metadata.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{pod.Pod.Metadata.Uid} {pod.Failure} {pod.IsUnreachable(now)} "
                + $"{BucketClaimChecks.WaitsForVolumes(pod.Pod, now)} "));
            if (pod.Report is { } report)
                hash.AppendData(Rounded(report).ToJson());
            hash.AppendData("\n"u8);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    static ServerReport Rounded(ServerReport report) =>
        report with
        {
            Repositories = [.. report.Repositories.Select(Rounded)],
            Memory = report.Memory is { } memory
                ? memory with { FullHours = long.Min(memory.FullHours, MemoryRecommendation.MinFullHours) } : null,
        };

    static RepositoryReport Rounded(RepositoryReport report) => report with
    {
        Upstream = report.Upstream is { Reachable: true, LastSuccess: { } at } upstream
            ? upstream with { LastSuccess = new(at.Ticks - at.Ticks % _upstreamNews.Ticks, at.Offset) }
            : report.Upstream,
        Cache = report.Cache is { Hits: var hits, Misses: var misses } && hits + misses > 0
            ? new CacheReport((long)Math.Round(100.0 * hits / (hits + misses)), 0)
            : null,
        Volume = report.Volume is { } volume ? volume with { Free = 100 - volume.GetUsedPercent() } : null,
    };
}
