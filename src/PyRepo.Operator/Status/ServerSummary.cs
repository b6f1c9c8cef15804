using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Status;

/// <summary>The reports of all pods of the current template, combined.</summary>
public sealed record ServerSummary
{
    /// <summary>Whether a pod is ready, and every ready pod sent a report.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Whether all ready pods use the desired documents.</summary>
    public bool Agrees { get; init; }

    /// <summary>Whether all ready pods report that the repository is ready.</summary>
    public bool IsReady { get; init; }

    /// <summary>The message of one that is not ready.</summary>
    public string? Message { get; init; }

    /// <summary>Whether one cannot use the store that it found.</summary>
    public bool HasUnusableStore { get; init; }

    /// <summary>Whether the store of one is being filled from a backup.</summary>
    public bool IsRestoring { get; init; }

    /// <summary>
    /// Their reports of the bucket: a refusal of one, and whether all find that it heeds conditions. Null: there are
    /// none.
    /// </summary>
    public StorageReport? Storage { get; init; }

    public ImmutableArray<string> Problems { get; init; } = [];

    public ImmutableArray<string> BadReferences { get; init; } = [];

    /// <summary>The fields of the resource that have no effect yet, as at least one reports.</summary>
    public ImmutableArray<string> UnsupportedFields { get; init; } = [];

    /// <summary>Whether one is older than the resource.</summary>
    public bool HasUnknownField { get; init; }

    /// <summary>The version in the newest report.</summary>
    public string? Version { get; init; }

    /// <summary>
    /// The newest report. Hits and misses are the sums of all pods; the upstream is reachable only if all pods reach
    /// it.
    /// </summary>
    public RepositoryReport? Repository { get; init; }

    /// <summary>The volume with the data, also while it is being restored to.</summary>
    public VolumeReport? Volume { get; init; }

    /// <summary>Combines the reports of pods.</summary>
    public static ServerSummary From(DeclaredResource resource, DesiredState desired, ImmutableArray<ObservedPod> pods)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var current = pods.Where(p => p.IsOf(desired.TemplateHash)).ToList();
        var ready = current.Where(p => p.IsReady).ToList();
        var reports = current.Where(p => p.Report is not null)
            .OrderByDescending(p => p.ReportedAt).ThenBy(p => p.Pod.Metadata.Name, StringComparer.Ordinal)
            .Select(p => p.Report!).ToList();
        var own = reports.Select(a => a.Repositories.FirstOrDefault(r => IsOf(r, resource))).OfType<RepositoryReport>()
            .ToList();
        // One that is not open has nothing to count yet.
        var open = own.Where(r => r.Ready).ToList();
        return new ServerSummary
        {
            IsComplete = ready.Count > 0 && ready.TrueForAll(p => p.Report is not null),
            Agrees = ready.TrueForAll(p => p.Report is { } report && Uses(report, desired.Configuration)),
            IsReady = ready.TrueForAll(p => p.Report?.Repositories.Any(r => IsOf(r, resource) && r.Ready) is true),
            Message = own.FirstOrDefault(r => !r.Ready)?.Message,
            IsRestoring = own.Exists(r => r.IsRestoring),
            HasUnusableStore = own.Exists(r => r.HasUnusableStore),
            Storage = CombineStorage(own),
            Problems = Distinct(reports, a => a.Problems.Select(p => p.Message)),
            BadReferences = Distinct(reports, a => a.OwnBadReferences.Select(p => p.Message)),
            UnsupportedFields = Distinct(reports, a => a.OwnUnsupportedFields),
            HasUnknownField = reports.Exists(a => a.HasUnknownField),
            Version = reports.FirstOrDefault()?.Version,
            Repository = open.Count == 0 ? null : Combine(open),
            // What is being restored to may be full between two attempts.
            Volume = own.Where(r => r.Ready || r.IsRestoring || r.HasUnusableStore).Select(r => r.Volume)
                .FirstOrDefault(volume => volume is not null),
        };
    }

    /// <summary>
    /// Whether a server uses the resources in these documents. A changed description of the cluster is not waited for.
    /// </summary>
    public static bool Uses(ServerReport report, MountedConfiguration? configuration)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Hash == (report.PlatformHash is null ? configuration?.HashOfTexts : configuration?.Hash);
    }

    /// <summary>Whether a report is about a resource, and not about an earlier one of its name.</summary>
    internal static bool IsOf(RepositoryReport report, DeclaredResource resource) =>
        report.Kind == resource.Kind && report.Name == resource.Name
            && (report.Uid is null || report.Uid == resource.Uid);

    static ImmutableArray<string> Distinct(
        List<ServerReport> reports, Func<ServerReport, IEnumerable<string>> texts) =>
        [.. reports.SelectMany(texts).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Combines their reports. A server that has not opened the bucket has not tried conditions yet.</summary>
    static StorageReport? CombineStorage(List<RepositoryReport> own)
    {
        var reports = own.Where(r => r.Storage is not null).ToList();
        var refusal = reports.Find(r => r.Storage!.IsRefused)?.Storage;
        var tried = reports.Where(r => r.Ready || r.Storage is { ConditionalWrites: false })
            .Select(r => r.Storage!.ConditionalWrites).OfType<bool>().ToList();
        return reports.Count == 0
            ? null
            : new StorageReport
            {
                ConditionalWrites = tried.Count == 0 ? null : tried.TrueForAll(isHeeded => isHeeded),
                ClaimedBucket = reports.Where(r => r.Ready).Select(r => r.Storage!.ClaimedBucket)
                    .FirstOrDefault(name => name is not null),
                Code = refusal?.Code,
                Message = refusal?.Message,
            };
    }

    static RepositoryReport Combine(List<RepositoryReport> own)
    {
        var caches = own.Select(r => r.Cache).OfType<CacheReport>().ToList();
        return own[0] with
        {
            Cache = caches.Count == 0 ? null : new CacheReport(caches.Sum(c => c.Hits), caches.Sum(c => c.Misses)),
            Upstream = own[0].Upstream is { } newest
                ? newest with { Reachable = own.All(r => r.Upstream is not { Reachable: false }) }
                : null,
            CacheLimit = own.Select(r => r.CacheLimit).OfType<string>().FirstOrDefault(),
            // All replicas read the same log; the one that looked last has most.
            Compromised = own.Select(r => r.Compromised).OfType<CompromisedReport>()
                .MaxBy(found => (found.Downloads, found.Releases)),
            // All replicas look at the same bucket; the one that looked last knows most.
            Backup = own.Select(r => r.Backup).OfType<BackupReport>()
                .MaxBy(backup => (backup.IsKnown, backup.Last, backup.Verified)),
            // Each knows the projects of its own clients: the one that knows most is right about most.
            Held = own.Select(r => r.Held).OfType<HeldFilesReport>().MaxBy(held => held.Count),
        };
    }
}
