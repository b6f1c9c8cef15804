using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

namespace PyRepo.Resources.Proxied;

/// <summary>What a ProxyRepository should be.</summary>
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

    /// <summary>Null in mode <see cref="ProxyMode.Mirror"/> means everything upstream, hourly.</summary>
    public MirrorSpec? Mirror { get; init; }

    /// <summary>Null lets everything through.</summary>
    public PolicySpec? Policy { get; init; }

    public ProxyRepositorySpec()
    {
    }

    ProxyRepositorySpec(FieldReader fields) : base(fields)
    {
        Upstream = fields.Default("upstream", UpstreamSpec.Type, Upstream,
            "The index behind the proxy; left out, PyPI.");
        Mode = fields.Default("mode", new EnumType<ProxyMode>(), Mode,
            "OnDemand keeps the files that somebody asked for, Streamed keeps none, Mirror fetches ahead.");
        Cache = fields.Default("cache", CacheSpec.Type, Cache, "How long and how much the proxy keeps.");
        Mirror = fields.Optional("mirror", MirrorSpec.Type, "What is fetched ahead, in the mode Mirror.");
        Policy = fields.Optional("policy", PolicySpec.Type,
            "Which distributions of upstream the proxy lets through; left out, all.");
    }
}
