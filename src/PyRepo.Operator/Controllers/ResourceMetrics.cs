using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// The state of each resource as metrics, by what the informers hold at a scrape. Each operator has them, whether it
/// leads or not. Of a namespace there are those that are reconciled, the oldest, so that nobody can make more series.
/// </summary>
sealed class ResourceMetrics(ClusterCache cache)
{
    /// <summary>Has them collected.</summary>
    public void AddTo(MetricRegistry metrics)
    {
        metrics.Collect(OperatorMetrics.ResourceCondition, () => Reconciled().SelectMany(GetConditions));
        metrics.Collect(OperatorMetrics.ResourceInfo, () => Reconciled().Select(GetInfo));
        metrics.Collect(OperatorMetrics.SnapshotLast, () => OfSnapshots(s => s.Backup?.Last?.ToUnixTimeSeconds()));
        metrics.Collect(OperatorMetrics.SnapshotDue, () => OfSnapshots(s => s.Backup?.Next?.ToUnixTimeSeconds()));
        metrics.Collect(OperatorMetrics.SnapshotFailing, () => OfSnapshots(
            s => s.Find(StatusConditions.BackupReady) is { } condition ? condition.Status == "False" ? 1 : 0 : null));
        metrics.Gauge(
            OperatorMetrics.SeriesLeftOut,
            () => cache.Resources.Values.Sum(kind => kind.All.Count) - Reconciled().Count());
    }

    IEnumerable<CustomObject> Reconciled() => Namespaces().SelectMany(cache.Count.Reconciled);

    IEnumerable<string> Namespaces() => cache.Resources.Values.SelectMany(kind => kind.All)
        .Select(resource => resource.Metadata.Namespace ?? "").Distinct().Order(StringComparer.Ordinal);

    static IEnumerable<Sample> GetConditions(CustomObject resource) =>
        from condition in ResourceStatus.Read(resource.Status).Conditions.DistinctBy(condition => condition.Type)
        select new Sample(
            1, [.. GetLabels(resource), condition.Type, condition.Status, condition.Reason ?? ""]);

    /// <summary>No server knows of them.</summary>
    IEnumerable<Sample> OfSnapshots(Func<ResourceStatus, long?> find) =>
        from resource in Reconciled()
        where cache.Declared(resource).Stored?.Backup?.To.VolumeSnapshotClassName is not null
        let value = find(ResourceStatus.Read(resource.Status))
        where value is not null
        select new Sample(value.Value, [resource.Metadata.Namespace ?? "", resource.Metadata.Name ?? ""]);

    Sample GetInfo(CustomObject resource)
    {
        var newest = cache.Pods.ByIndex(ClusterCache.ByOwner, GetKey(resource).ToString())
            .MaxBy(pod => pod.Metadata.CreationTimestamp);
        var version = ResourceStatus.Read(resource.Status).ServerVersion ?? "";
        return new Sample(1, [.. GetLabels(resource), GetImage(newest), version]);
    }

    static string GetImage(Pod? pod) => pod?.Spec?.Containers is [var server, ..] ? server.Image ?? "" : "";

    static ResourceKey GetKey(CustomObject resource) =>
        new(resource.Kind ?? "", resource.Metadata.Namespace ?? "", resource.Metadata.Name ?? "");

    static IEnumerable<string> GetLabels(CustomObject resource) =>
        [resource.Kind ?? "", resource.Metadata.Namespace ?? "", resource.Metadata.Name ?? ""];
}
