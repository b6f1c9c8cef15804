using PyRepo.Resources.Reports;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Backups;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Serving.Management;

/// <summary>Writes the document at <c>/status</c>.</summary>
sealed class StatusText(RepositorySupervisor running, ConfigurationWatcher watch, MemoryBudget memory)
{
    /// <summary>The maximum size in bytes. The operator reads <see cref="ReportSize.MaxLength"/>.</summary>
    public const int MaxLength = 60 * 1024;

    /// <summary>The held files that are named.</summary>
    const int MaxHeld = 5;

    /// <summary>Returns the status as JSON.</summary>
    public byte[] Render() => Serialize(Read());

    /// <summary>Writes as much of a document as there is room for.</summary>
    public static byte[] Serialize(ServerReport report) => StatusLimits.Steps
        .Select(limits => limits.Bound(report).ToJson())
        .First(json => json.Length <= MaxLength);

    ServerReport Read()
    {
        var configuration = running.Current;
        return new ServerReport
        {
            Version = ProgramVersion.Text,
            Hash = configuration?.DeclaredHash ?? "",
            PlatformHash = configuration?.PlatformHash,
            Problems = watch.Problems,
            FailingLoops = [.. running.Loops.Select(GetFailure).OfType<FailingLoop>()],
            NotSupportedYet = [.. configuration?.NotSupportedYet.Select(configuration.GetText) ?? []],
            BadReferences = [.. configuration?.BadReferences.Select(configuration.GetReport) ?? []],
            MissingSecrets = configuration is null ? [] : GeneratedSecrets.MissingFrom(configuration),
            Memory = new MemoryReport(memory.Capacity, memory.FullHours),
            Repositories = [.. configuration?.Manifests.Resources.Select(GetStatus) ?? []],
        };
    }

    static FailingLoop? GetFailure(BackgroundLoop loop) => loop.Failure is { } failure
        ? new FailingLoop(loop.Name, loop.Repository, failure.Message, failure.Since, failure.Count)
        : null;

    RepositoryReport GetStatus(Resources.Resource resource)
    {
        var status = new RepositoryReport
        {
            Kind = resource.Kind,
            Name = resource.Metadata.Name,
            Uid = resource.Metadata.Uid,
            Ready = false,
            Reason = resource.Spec().Suspend ? nameof(UnavailableReason.Suspended) : null,
            Message = RepositorySupervisor.UnavailableMessage(resource),
        };
        if (resource is Resources.RepositoryGroup && status.Message is null)
            return status with { Ready = true };
        if (!running.Running.TryGetValue(resource.Metadata.Name, out var storage))
            return status;
        var (projects, files, size) = storage.Records.Total();
        var (restorable, kept) = storage.Records.TotalKept();
        if (storage is ProxyHost proxy)
            status = OfProxy(status, proxy);
        if (storage is HostedHost { Hosted.Settings.Attestations.Root: { } root })
            status = status with { TrustedRoot = Report(root) };
        return status with
        {
            Ready = storage.Waiting is null,
            Reason = storage.WaitingReason?.ToString(),
            Message = storage.Restore is { } restore && storage.WaitingReason is UnavailableReason.Restoring
                ? restore.Describe()
                : storage.Waiting,
            Projects = projects,
            Files = files,
            Size = size,
            Restorable = restorable > 0 ? new RestorableReport(restorable, kept) : null,
            Compromised = storage.Compromised.Found is { } found ? Report(found) : null,
            Backup = storage.Backups.State is { } backups
                ? Report(backups) with { Requested = storage.Backups.Requested }
                : null,
            Restored = storage.Restore?.Mark is { } mark
                ? new RestoreReport(mark.Backup, mark.Finished, mark.Problems)
                : null,
            Refused = storage.Refused,
            Storage = GetStorage(storage),
            Volume = storage.Space is { } space ? new VolumeReport(space.Size, space.Free) : null,
            ReadOnly = storage.Storage.Store.ReadOnlyReason,
            DiskFailure = storage.Storage.Store.Failures?.Last is { } failure
                ? new DiskFailureReport(failure.At, failure.Key, failure.Message, failure.Count)
                : null,
        };
    }

    static RepositoryReport OfProxy(RepositoryReport status, ProxyHost proxy) => status with
    {
        Upstream = new UpstreamReport(
            !proxy.Upstream.IsFailing, proxy.Upstream.LastSuccess, proxy.Upstream.LastError),
        Mirror = proxy is { IsMirroring: true, Mirror: { } mirror }
            ? new MirrorReport(mirror.ProjectsDone, mirror.ProjectsTotal, mirror.LastSync)
            {
                FilesFetched = mirror.FilesFetched,
                FailureCount = mirror.FailureCount,
                Messages = mirror.Messages,
                Passes = mirror.Passes,
                LastPassSeconds = Math.Round(mirror.LastPass.TotalSeconds, 3),
                Objects = proxy.MirroredObjects,
            }
            : null,
        CacheLimit = proxy.FindCacheLimit(),
        Cache = new CacheReport(proxy.Counts.Hits, proxy.Counts.Misses),
        Advisories = proxy.Advisories is { AreUsed: true } advisories
            ? new AdvisoriesReport(advisories.Count, advisories.LastSuccess, advisories.Failure)
            : null,
        Policy = proxy.Refusals.Counts is { Count: > 0 } refused
            ? new PolicyReport(refused, proxy.Refusals.First)
            : null,
        TrustedRoot = proxy.TrustedRoot is { } root ? Report(root) : null,
        Held = proxy.PolicyInForce.AsksFindings && proxy.HasLookedForHeld ? Report(proxy.Held) : null,
    };

    static CompromisedReport Report(IReadOnlyList<CompromisedRelease> found) => new(
        found.Sum(release => release.Downloads), found.Count,
        [.. found.Take(MaxHeld).Select(release => $"{release.Project}=={release.Version}")]);

    static BackupReport Report(BackupState state) => new()
    {
        IsKnown = state.IsKnown,
        Count = state.Count,
        Last = state.Last?.Began,
        Name = state.Last?.Name,
        Request = state.Last?.Request,
        Files = state.Last?.Files ?? 0,
        Size = state.Last?.Size ?? 0,
        Problems = state.Last?.ProblemCount ?? 0,
        Next = state.Next,
        Verified = state.Verified?.At,
        VerifiedName = state.Verified?.Name,
        Damaged = state.Verified?.DamagedCount ?? 0,
        Failure = state.Failure?.Message,
        FailingSince = state.Failure?.Since,
        NotRemoved = state.NotRemoved,
        Running = state.Running is { } running ? $"{running.Done} of {running.Total} files" : null,
    };

    static TrustedRootReport Report(TrustedRootSource root) => new(root.Name, root.Root?.Newest, root.Failure);

    static HeldFilesReport Report(IReadOnlyList<(string File, Verdict Verdict)> held) => new(
        held.Select(each => each.File).Distinct(StringComparer.Ordinal).Count(),
        [.. held.DistinctBy(each => each.File).Take(MaxHeld).Select(each => each.Verdict.GetSentence(each.File))])
    {
        Rules = held.DistinctBy(each => (each.Verdict.Rule, each.File)).CountBy(each => each.Verdict.Rule)
            .ToDictionary(StringComparer.Ordinal),
    };

    static StorageReport? GetStorage(RepositoryHost host) => host.Storage.Store.Traits is { IsLocal: false } traits
        ? new StorageReport
        {
            ClaimedBucket = host.Storage.Claimed is { IsKnown: true } claimed ? claimed.Name : null,
            ConditionalWrites = GetFault(host) is null ? traits.HonorsConditions : false,
            Replica = host.Storage.Replica,
            Others = host.Records.Lease?.Others ?? [],
            Code = host.StoreErrorCode ?? (GetFault(host) is null ? null : StorageReport.ConditionalWritesUnsupported),
            Message = host.StoreErrorCode is null ? GetFault(host) : host.Waiting,
        }
        : null;

    static string? GetFault(RepositoryHost host) => (host.Storage.Store as BucketStore)?.ConditionFault;
}
