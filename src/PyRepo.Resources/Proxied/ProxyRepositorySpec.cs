using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>The desired state of a ProxyRepository.</summary>
public sealed record ProxyRepositorySpec : StoredSpec
{
    public static readonly ObjectType<ProxyRepositorySpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            ServingRules.IngressOrGateway<ProxyRepositorySpec>(),
            StorageRules.ReplicasNeedBucket<ProxyRepositorySpec>(),
            BackupRules.NotItsOwnBucket<ProxyRepositorySpec>(),
            BackupRules.SnapshotsNeedVolume<ProxyRepositorySpec>(),
            ProxyRules.MirrorNeedsMirrorMode,
        ],
        Transitions = StorageTransitions.All<ProxyRepositorySpec>(),
    };

    public UpstreamSpec Upstream { get; init; } = new();
    public ProxyMode Mode { get; init; } = ProxyMode.OnDemand;
    public FileUrls FileUrls { get; init; } = FileUrls.Own;
    public CacheSpec Cache { get; init; } = new();

    /// <summary>Null in mode <see cref="ProxyMode.Mirror"/> means everything that upstream has, hourly.</summary>
    public MirrorSpec? Mirror { get; init; }

    /// <summary>Null allows everything.</summary>
    public PolicySpec? Policy { get; init; }

    public ProxyRepositorySpec()
    {
    }

    ProxyRepositorySpec(FieldReader fields) : base(fields)
    {
        Upstream = fields.Default("upstream", UpstreamSpec.Type, Upstream,
            "The index behind the proxy. If omitted, PyPI.");
        Mode = fields.Default("mode", new EnumType<ProxyMode>(), Mode,
            "OnDemand caches the files that clients request. Streamed caches no files. Mirror fetches files ahead of "
            + "requests.");
        FileUrls = fields.Default("fileUrls", new EnumType<FileUrls>(), FileUrls,
            "Where pages link. Own: packages/PROJECT/HASH/FILE. Upstream: files/HOST/PATH, with upstream's host and "
            + "path, so that a lock file differs from upstream's only in a prefix. Both always work.");
        Cache = fields.Default("cache", CacheSpec.Type, Cache, "How long, and how much, the proxy caches.");
        Mirror = fields.Optional("mirror", MirrorSpec.Type, "What mode Mirror fetches ahead of requests.");
        Policy = fields.Optional("policy", PolicySpec.Type,
            "Which of upstream's distributions the proxy serves. If omitted, all of them.");
    }
}

/// <summary>Which files a proxy caches.</summary>
public enum ProxyMode
{
    /// <summary>The files that clients request.</summary>
    OnDemand,

    /// <summary>No files.</summary>
    Streamed,

    /// <summary>Files that are fetched ahead of requests.</summary>
    Mirror,
}

/// <summary>The URLs of files to which a proxy's pages link.</summary>
public enum FileUrls
{
    /// <summary>Those with the project and the hash.</summary>
    Own,

    /// <summary>Those with the host and path at upstream.</summary>
    Upstream,
}

/// <summary>The rules of a ProxyRepository's spec.</summary>
public static class ProxyRules
{
    public static readonly Rule<ProxyRepositorySpec> MirrorNeedsMirrorMode = new()
    {
        FieldPath = "mirror",
        DependsOn = ["mode"],
        Cel = "!has(self.mirror) || (has(self.mode) && self.mode == 'Mirror')",
        Predicate = spec => spec.Mirror is null || spec.Mode == ProxyMode.Mirror,
        Message = "requires mode Mirror: write mode: Mirror, or leave mirror out",
    };
}

/// <summary>Settings for what a proxy fetches ahead of requests.</summary>
public sealed record MirrorSpec
{
    public static readonly ObjectType<MirrorSpec> Type = new(fields => new(fields));

    /// <summary>Empty means everything that upstream has.</summary>
    public ValueList<string> Requirements { get; init; } = [];

    public Duration Interval { get; init; } = Duration.FromMinutes(60);

    public MirrorSpec()
    {
    }

    MirrorSpec(FieldReader fields)
    {
        Requirements = fields.Default("requirements", new ListType<string>(NameTypes.Requirement, maxItems: 10_000),
            Requirements, "The projects and versions to fetch, such as requests>=2. If omitted, everything that "
            + "upstream has.");
        Interval = fields.Default("interval", AmountTypes.PositiveDuration, Interval,
            "How often upstream is checked for new files.");
    }
}

/// <summary>How long, and how much, a proxy caches.</summary>
public sealed record CacheSpec
{
    public static readonly ObjectType<CacheSpec> Type = new(fields => new(fields));

    public Duration ProjectTtl { get; init; } = Duration.FromMinutes(5);
    public Duration IndexTtl { get; init; } = Duration.FromMinutes(10);
    public Duration NotFoundTtl { get; init; } = Duration.FromMinutes(1);
    public Duration StaleIfError { get; init; } = Duration.FromDays(7);

    /// <summary>Null means 80 % of the volume, or no limit in a bucket.</summary>
    public Quantity? MaxSize { get; init; }

    public CacheSpec()
    {
    }

    CacheSpec(FieldReader fields)
    {
        ProjectTtl = fields.Default("projectTtl", AmountTypes.PositiveDuration, ProjectTtl,
            "How long a project's page is served before it is revalidated with upstream.");
        IndexTtl = fields.Default("indexTtl", AmountTypes.PositiveDuration, IndexTtl,
            "How long the list of projects is served before it is revalidated with upstream.");
        NotFoundTtl = fields.Default("notFoundTtl", AmountTypes.Duration, NotFoundTtl,
            "How long a project counts as missing before upstream is asked again. 0s asks every time.");
        StaleIfError = fields.Default("staleIfError", AmountTypes.Duration, StaleIfError,
            "How long a stale page is served while upstream is down. 0s never serves stale pages.");
        MaxSize = fields.Optional("maxSize", AmountTypes.PositiveQuantity,
            "The maximum size of the cached files and pages. If omitted, 80 % of the volume, or unlimited in a "
            + "bucket.");
    }
}
