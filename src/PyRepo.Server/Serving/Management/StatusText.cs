using System.Text.Json;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Serving.Management;

/// <summary>Writes the document at <c>/status</c>.</summary>
sealed class StatusText(RepositorySupervisor running, ConfigurationWatcher watch)
{
    /// <summary>The maximum size in bytes. The operator reads 64 KiB.</summary>
    public const int MaxLength = 60 * 1024;

    /// <summary>Returns the status as JSON.</summary>
    public byte[] Render() => Serialize(Read());

    /// <summary>Writes as much of a document as there is room for.</summary>
    public static byte[] Serialize(StatusDocument document) => StatusLimits.Steps
        .Select(limits => JsonSerializer.SerializeToUtf8Bytes(
            document.Bounded(limits), StatusJson.Default.StatusDocument))
        .First(json => json.Length <= MaxLength);

    StatusDocument Read()
    {
        var configuration = running.Current;
        return new StatusDocument
        {
            Version = ProgramVersion.Text,
            Hash = configuration?.DeclaredHash ?? "",
            PlatformHash = configuration?.PlatformHash,
            Problems = watch.Problems,
            FailingLoops = [.. running.Loops.Select(GetFailure).OfType<FailingLoop>()],
            NotSupportedYet = [.. configuration?.NotSupportedYet.Select(configuration.GetText) ?? []],
            BadReferences = [.. configuration?.BadReferences.Select(configuration.GetReport) ?? []],
            MissingSecrets = configuration is null ? [] : GeneratedSecrets.MissingFrom(configuration),
            Repositories = [.. configuration?.Manifests.Resources.Select(GetStatus) ?? []],
        };
    }

    static FailingLoop? GetFailure(BackgroundLoop loop) => loop.Failure is { } failure
        ? new FailingLoop(loop.Name, loop.Repository, failure.Message, failure.Since, failure.Count)
        : null;

    RepositoryStatus GetStatus(Resources.Resource resource)
    {
        var status = new RepositoryStatus
        {
            Kind = resource.Kind,
            Name = resource.Metadata.Name,
            Uid = resource.Metadata.Uid,
            Ready = false,
            Reason = resource.Spec().Suspend ? UnavailableReason.Suspended : null,
            Message = RepositorySupervisor.UnavailableMessage(resource),
            Refused = new Dictionary<string, string>(),
        };
        if (resource is Resources.RepositoryGroup && status.Message is null)
            return status with { Ready = true };
        if (!running.Running.TryGetValue(resource.Metadata.Name, out var storage))
            return status;
        var (projects, files, size) = storage.Records.Total();
        if (storage is ProxyHost proxy)
            status = OfProxy(status, proxy);
        return status with
        {
            Ready = storage.Waiting is null,
            Reason = storage.WaitingReason,
            Message = storage.Waiting,
            Projects = projects,
            Files = files,
            Size = size,
            Refused = storage.Refused,
            Storage = GetStorage(storage),
            ReadOnly = storage.Storage.Store.ReadOnlyReason,
            DiskFailure = storage.Storage.Store.Failures?.Last,
        };
    }

    static RepositoryStatus OfProxy(RepositoryStatus status, ProxyHost proxy) => status with
    {
        Upstream = new UpstreamStatus(
            !proxy.Upstream.IsFailing, proxy.Upstream.LastSuccess, proxy.Upstream.LastError),
        Mirror = proxy is { IsMirroring: true, Mirror: { } mirror }
            ? new MirrorStatus(
                mirror.ProjectsDone, mirror.ProjectsTotal, mirror.LastSync, mirror.FilesFetched, mirror.FailureCount,
                mirror.Messages)
            : null,
        Cache = new CacheStatus(proxy.Counts.Hits, proxy.Counts.Misses),
        Advisories = proxy.Advisories is { } advisories
            ? new AdvisoriesStatus(advisories.Count, advisories.LastSuccess, advisories.Failure)
            : null,
        Policy = proxy.Refusals.Counts is { Count: > 0 } refused
            ? new PolicyStatus(refused, proxy.Refusals.First)
            : null,
    };

    static StorageStatus? GetStorage(RepositoryHost host) => host.Storage.Store.Traits is { IsLocal: false } traits
        ? new StorageStatus(
            traits.HonorsConditions, host.Storage.Replica, host.Records.Lease?.Others ?? [], host.StoreErrorCode,
            host.StoreErrorCode is null ? null : host.Waiting)
        : null;
}
