using System.Globalization;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Status;

/// <summary>Computes a resource's status from its inputs and its previous status.</summary>
public static class StatusWriter
{
    /// <summary>
    /// By how much <c>lastSuccess</c> of a reachable upstream must advance to be written. Otherwise each report would
    /// change the status.
    /// </summary>
    static readonly TimeSpan _upstreamNewsInterval = TimeSpan.FromHours(1);

    /// <summary>Computes the status. Equal inputs give an equal status, whatever the time.</summary>
    public static ResourceStatus Create(StatusInputs inputs, ResourceStatus previous)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(previous);
        var report = inputs.Servers.Repository;
        var isStored = inputs.Resource.Stored is not null;
        return previous with
        {
            Url = GetUrl(inputs) ?? previous.Url,
            ObservedGeneration = inputs.Resource.Generation,
            Conditions = StatusConditions.Create(inputs, previous),
            Projects = (isStored ? report?.Projects : null) ?? previous.Projects,
            Files = (isStored ? report?.Files : null) ?? previous.Files,
            Size = (isStored && report is not null ? DisplaySize.Format(report.Size) : null) ?? previous.Size,
            Replicas = inputs.Observed.Deployment?.Status?.Replicas ?? 0,
            Selector = string.Join(',', ChildMetadata.Labels(inputs.Resource).Select(l => $"{l.Key}={l.Value}")),
            Storage = inputs.Resource.Spec is null ? previous.Storage : GetKind(inputs.Resource.Stored?.Storage),
            ServerVersion = inputs.Servers.Version is { Length: > 0 } version ? version : previous.ServerVersion,
            Upstream = Upstream(report?.Upstream, previous.Upstream),
            Mirror = report?.Mirror is { } mirror
                ? new()
                {
                    ProjectsDone = mirror.ProjectsDone,
                    ProjectsTotal = mirror.ProjectsTotal,
                    LastSync = Seconds(mirror.LastSync),
                }
                : previous.Mirror,
            Cache = report?.Cache is { Hits: var hits, Misses: var misses } && hits + misses > 0
                ? new() { HitRatio = ((double)hits / (hits + misses)).ToString("0.00", CultureInfo.InvariantCulture) }
                : previous.Cache,
            Backup = inputs.Resource.Stored?.Backup is null ? null
                : Backup(inputs.Snapshots) ?? Backup(report?.Backup) ?? previous.Backup,
            Restored = report?.Restored is { Finished: { } at } restored
                ? new() { Backup = restored.Backup, At = Seconds(at) }
                : previous.Restored ?? RestoredVolume(inputs),
            Recommendation = Recommend(inputs, previous.Recommendation),
            Members = inputs.Resource.Resource is RepositoryGroup ? [.. inputs.Observed.Members.Select(Member)] : null,
        };
    }

    /// <summary>
    /// The status of a paused resource. Everything stays, also the generation that was last applied, but for the
    /// condition that it is paused.
    /// </summary>
    public static ResourceStatus Paused(DeclaredResource resource, ResourceStatus previous, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(previous);
        var conditions = new ConditionList(previous, previous.ObservedGeneration ?? resource.Generation, now);
        conditions.Set(StatusConditions.Ready, "Unknown", Reason.Paused,
            $"The operator changes nothing until the annotation {Annotations.Paused} is removed.");
        conditions.KeepOthers();
        return previous with { Conditions = conditions.All };
    }

    /// <summary>The status of a deleted resource whose bucket's data are erased first.</summary>
    public static ResourceStatus Erasing(
        DeclaredResource resource, ResourceStatus previous, string progress, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(progress);
        var conditions = new ConditionList(previous, resource.Generation, now);
        conditions.Set(StatusConditions.Ready, "Unknown", Reason.Erasing, progress);
        conditions.Set(StatusConditions.Reconciling, "True", Reason.Erasing, progress);
        conditions.KeepOthers();
        return previous with { Conditions = conditions.All };
    }

    /// <summary>The status of a resource whose reconcile fails. The conditions of its children stay.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="previous">The status that it has.</param>
    /// <param name="error">The message of the failure.</param>
    /// <param name="now">Now.</param>
    public static ResourceStatus Failed(
        CustomObject resource, ResourceStatus previous, string error, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(previous);
        var conditions = new ConditionList(previous, resource.Metadata.Generation ?? 0, now);
        var message = $"The operator could not reconcile the resource, and retries: {error}";
        conditions.Set(StatusConditions.Ready, "False", Reason.ReconcileFailed, message);
        conditions.Set(StatusConditions.Stalled, "True", Reason.ReconcileFailed, message);
        conditions.KeepOthers();
        return previous with { ObservedGeneration = resource.Metadata.Generation, Conditions = conditions.All };
    }

    /// <summary>The status of a resource that is one too many in its namespace. All that it has stays.</summary>
    public static ResourceStatus LeftOut(
        CustomObject resource, ResourceStatus previous, int max, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(previous);
        var conditions = new ConditionList(previous, resource.Metadata.Generation ?? 0, now);
        var message = $"The namespace has more than {max} PythonRepositories, ProxyRepositories and RepositoryGroups, "
            + "and older ones come first. Delete some that are not needed, use another namespace, or ask the "
            + "administrator for more (maxResourcesPerNamespace). Nothing of this resource is changed.";
        conditions.Set(StatusConditions.Ready, "False", Reason.TooManyResources, message);
        conditions.Set(StatusConditions.Stalled, "True", Reason.TooManyResources, message);
        if (previous.Find(StatusConditions.BackupReady) is not null)
        {
            conditions.Set(StatusConditions.BackupReady, "Unknown", Reason.BackupPending,
                "The operator makes no snapshots, and reads no reports of backups in a bucket, while the namespace has "
                + "too many resources.");
        }
        conditions.KeepOthers();
        return previous with { ObservedGeneration = resource.Metadata.Generation, Conditions = conditions.All };
    }

    /// <summary>
    /// The URL of the index: outside of the cluster if it has an Ingress or HTTPRoute, or else inside; null: the
    /// resource is rejected, and its children stay as they are.
    /// </summary>
    public static string? GetUrl(StatusInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var resource = inputs.Resource;
        if (inputs.Desired.Rejection is not null)
            return null;
        var allowed = HostAccess.AllowedHosts(resource, inputs.Cluster, inputs.Settings);
        if (allowed.IsEmpty)
            return $"http://{ChildNames.Server(resource.Name)}.{resource.Namespace}/";
        if (resource.Spec?.Ingress is { } ingress)
            return $"{(ingress.Tls is null ? "http" : "https")}://{ingress.Host}{ingress.Path.TrimEnd('/')}/";
        // A route does not show whether its Gateway's listener uses TLS; one that is called http does not.
        var isPlain = resource.Spec?.Gateway?.ParentRefs.All(parent => parent.SectionName == "http") is true;
        return $"{(isPlain ? "http" : "https")}://{allowed[0]}/";
    }

    static string? GetKind(StorageSpec? storage) => storage switch
    {
        null => null,
        { Bucket: not null } => "Bucket",
        { Ephemeral: not null } => "Ephemeral",
        _ => "PersistentVolumeClaim",
    };

    static RecommendationStatus? Recommend(StatusInputs inputs, RecommendationStatus? previous)
    {
        if (inputs.Resource.Spec is not { } spec)
            return previous;
        var recommended = MemoryRecommendation.Decide(
            previous, ServerPods.GetLimit(ServerPods.From(spec.Server, inputs.Settings.Server)),
            inputs.Observed.Pods.Where(pod => pod.Pod.Metadata.DeletionTimestamp is null));
        return recommended is null ? null
            : MemoryPlacement.Judge(recommended, spec.Server.AutoMemory, inputs.Observed, inputs.Cluster.Now);
    }

    static UpstreamStatus? Upstream(UpstreamReport? report, UpstreamStatus? previous)
    {
        if (report is null)
            return previous;
        var isNoNews = report.Reachable && previous is { Reachable: true, LastSuccess: not null }
            && report.LastSuccess - previous.LastSuccess < _upstreamNewsInterval;
        return isNoNews ? previous : new() { Reachable = report.Reachable, LastSuccess = Seconds(report.LastSuccess) };
    }

    static BackupStatus? Backup(BackupReport? report) => report is not { IsKnown: true } ? null : new()
    {
        Name = report.Name,
        Request = report.Request,
        Last = Seconds(report.Last),
        Next = Seconds(report.Next),
        Count = report.Count,
        Size = report.Last is null ? null : DisplaySize.Format(report.Size),
        Verified = report.Damaged == 0 ? Seconds(report.Verified) : null,
    };

    static BackupStatus? Backup(SnapshotPlan? snapshots) => snapshots is not { IsKnown: true } ? null : new()
    {
        Name = snapshots.Newest?.Metadata.Name,
        Request = snapshots.Newest is { } newest ? VolumeSnapshotManifest.FindRequest(newest) : null,
        Last = Seconds(snapshots.Newest?.Status?.CreationTime ?? snapshots.Newest?.Metadata.CreationTimestamp),
        Next = Seconds(snapshots.Next),
        Count = snapshots.Count,
        Size = snapshots.Newest is { } sized ? VolumeSnapshotManifest.SizeOf(sized)?.ToString() : null,
    };

    /// <summary>A volume that is made from a snapshot is full as soon as it is there.</summary>
    static RestoredStatus? RestoredVolume(StatusInputs inputs) =>
        inputs.Resource.Stored?.Storage.RestoreFrom?.VolumeSnapshot is { } snapshot
        && inputs.Cluster.PersistentVolumeClaim is { Status.Phase: "Bound" } pvc
        && PersistentVolumeClaimManifest.FindSnapshot(pvc) == snapshot
            ? new() { Backup = snapshot, At = Seconds(inputs.Cluster.Now) }
            : null;

    static MemberStatus Member(ObservedMember member) => new()
    {
        Name = member.Name,
        Ready = member is { Exists: true, Ready.IsTrue: true },
        Message = member switch
        {
            { Exists: false } => $"There is no {member.Kind} {member.Name} in the namespace.",
            { Ready: null } => "It has no status yet.",
            { Ready.IsTrue: true } => null,
            _ => GetMessage(member.Ready.Message),
        },
    };

    /// <summary>A group may have many members: what they say in full is in their own status.</summary>
    static string? GetMessage(string? message) => message?.Length > OperatorLimits.MaxMemberMessage
        ? message[..OperatorLimits.MaxMemberMessage] + "…" : message;

    /// <summary>The API stores no fractions of a second.</summary>
    internal static DateTimeOffset? Seconds(DateTimeOffset? time) =>
        time is { } at ? DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()) : null;
}

/// <summary>A size for people, as a quantity: the largest unit in which it is at least 10, rounded.</summary>
static class DisplaySize
{
    static readonly string[] _units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];

    public static string Format(long bytes)
    {
        var (amount, unit) = ((double)bytes, 0);
        while (amount >= 10 * 1024 && unit < _units.Length - 1)
            (amount, unit) = (amount / 1024, unit + 1);
        return Math.Round(amount).ToString(CultureInfo.InvariantCulture) + _units[unit];
    }
}
