using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

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
            ProxyRules.MirrorNeedsMirrorMode,
        ],
        Transitions = StorageTransitions.All<ProxyRepositorySpec>(),
    };

    public UpstreamSpec Upstream { get; init; } = new();
    public ProxyMode Mode { get; init; } = ProxyMode.OnDemand;
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
        Cache = fields.Default("cache", CacheSpec.Type, Cache, "How long, and how much, the proxy caches.");
        Mirror = fields.Optional("mirror", MirrorSpec.Type, "What mode Mirror fetches ahead of requests.");
        Policy = fields.Optional("policy", PolicySpec.Type,
            "Which of upstream's distributions the proxy serves. If omitted, all of them.");
    }
}
