using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Metrics;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Storage;
using PyRepo.Kubernetes.Watching;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// The informers of the operator: for the three kinds, their children, and the objects that they refer to.
/// </summary>
/// <remarks>There is none for Secrets: a list or a watch of them would read those of others.</remarks>
sealed class ClusterCache
{
    /// <summary>Resources by each host that they name; Ingresses by each host that they have.</summary>
    public const string ByHost = "host";

    /// <summary>Groups by each member, <c>NAMESPACE/KIND/NAME</c>.</summary>
    public const string ByMember = "member";

    /// <summary>Resources by each ConfigMap that they name, <c>NAMESPACE/NAME</c>.</summary>
    public const string ByConfigMap = "configmap";

    /// <summary>Resources by the claim that their pods use, or would use, <c>NAMESPACE/NAME</c>.</summary>
    public const string ByClaim = "claim";

    /// <summary>Resources by the resource whose data they take over, <c>NAMESPACE/NAME</c>.</summary>
    public const string ByPreviousOwner = "previous";

    /// <summary>Pods by the <see cref="ResourceKey"/> of the resource that they serve.</summary>
    public const string ByOwner = "server";

    static readonly ResourceType<PartialObjectMetadata> _anyConfigMap =
        new("", "v1", "ConfigMap", "configmaps", KubernetesJson.Default.PartialObjectMetadata);

    static readonly ResourceType<PartialObjectMetadata> _anyClaim =
        ResourceTypes.PersistentVolumeClaims.ToMetadataOnly();

    readonly DeclaredResources _declared;
    readonly List<ChildKind> _children = [];
    readonly List<(Func<CancellationToken, Task> Run, Func<TimeSpan> SinceProgress, Func<Task> Synced)> _informers = [];
    readonly KubernetesClient _client;
    readonly OperatorSettings _settings;
    readonly TimeProvider _clock;
    readonly ILogger _logger;

    public ClusterCache(
        KubernetesClient client, OperatorSettings settings, MetricRegistry metrics, TimeProvider clock, ILogger logger)
    {
        _declared = new DeclaredResources(metrics);
        (_client, _settings, _clock, _logger) = (client, settings, clock, logger);
        Resources = CustomTypes.All.ToDictionary(type => type.Kind, AddResources);
        ServiceAccounts = AddChildren(ResourceTypes.ServiceAccounts);
        AddChildren(ResourceTypes.NetworkPolicies);
        AddChildren(ResourceTypes.ConfigMaps, recreate: true);
        PersistentVolumeClaims = AddChildren(ResourceTypes.PersistentVolumeClaims, prune: false);
        AddChildren(ResourceTypes.Services);
        Deployments = AddChildren(ResourceTypes.Deployments);
        AddChildren(ResourceTypes.PodDisruptionBudgets);
        Ingresses = AddChildren(ResourceTypes.Ingresses);
        HttpRoutes = AddChildren(ResourceTypes.HttpRoutes, isOptional: true);
        Jobs = AddLabelled(ResourceTypes.Jobs, trim: job => job with { Spec = null });
        Pods = AddLabelled(ResourceTypes.Pods, trim: PodFields.Of);
        Pods.AddIndex(ByOwner, pod => Ownership.ReconciledOwnerOf(pod.Metadata) is { } owner ? [owner.ToString()] : []);
        ReferencedConfigMaps =
            Add(_anyConfigMap, Scope(), map => new PartialObjectMetadata { Metadata = NameAndVersion(map.Metadata) });
        ReferencedClaims =
            Add(_anyClaim, Scope(), claim => new PartialObjectMetadata { Metadata = NameAndVersion(claim.Metadata) });
        if (settings.Scope is not WatchScope.Cluster)
            return;
        StorageClasses = Add(ResourceTypes.StorageClasses, new InformerScope());
        IngressClasses = Add(ResourceTypes.IngressClasses, new InformerScope());
        AllIngresses = Add(
            ResourceTypes.IngressHosts, new InformerScope(),
            value => value with { Metadata = NameAndAge(value.Metadata) });
        AllIngresses.AddIndex(
            ByHost, ingress => ingress.Spec?.Hosts.Select(DeclaredHosts.Lowercase).Distinct() ?? []);
        AllHttpRoutes = Add(
            ResourceTypes.HttpRouteHosts, new InformerScope(),
            value => value with { Metadata = NameAndAge(value.Metadata) }, isOptional: true);
        AllHttpRoutes.AddIndex(
            ByHost, route => route.Spec?.Hostnames?.Select(DeclaredHosts.Lowercase).Distinct() ?? []);
    }

    /// <summary>The resources of each kind.</summary>
    public IReadOnlyDictionary<string, Informer<CustomObject>> Resources { get; }

    /// <summary>The kinds of children that the operator makes.</summary>
    public IReadOnlyList<ChildKind> Children => _children;

    public Informer<ServiceAccount> ServiceAccounts { get; }

    public Informer<PersistentVolumeClaim> PersistentVolumeClaims { get; }

    public Informer<Deployment> Deployments { get; }

    public Informer<Ingress> Ingresses { get; }

    /// <summary>Empty while the cluster does not serve HTTPRoutes.</summary>
    public Informer<HttpRoute> HttpRoutes { get; }

    /// <summary>Whether the cluster serves HTTPRoutes. It may begin to do so at any time.</summary>
    public bool KnowsHttpRoutes => HttpRoutes.IsServed && AllHttpRoutes?.IsServed is not false;

    /// <summary>The Jobs that erase data, and their ends.</summary>
    public Informer<Job> Jobs { get; }

    public Informer<Pod> Pods { get; }

    /// <summary>The metadata of all ConfigMaps. They show that one changed, but not its content.</summary>
    public Informer<PartialObjectMetadata> ReferencedConfigMaps { get; }

    /// <summary>The metadata of all claims: one that somebody else made may be named, too.</summary>
    public Informer<PartialObjectMetadata> ReferencedClaims { get; }

    /// <summary>Null: the operator may not read cluster-scoped objects.</summary>
    public Informer<StorageClass>? StorageClasses { get; }

    /// <inheritdoc cref="StorageClasses"/>
    public Informer<IngressClass>? IngressClasses { get; }

    /// <summary>
    /// The hosts of all Ingresses, whoever owns them. Null: the operator may only read its namespaces.
    /// </summary>
    public Informer<IngressHosts>? AllIngresses { get; }

    /// <summary>
    /// The hosts of all HTTPRoutes, whoever owns them; empty while the cluster does not serve them. Null: the operator
    /// may only read its namespaces.
    /// </summary>
    public Informer<HttpRouteHosts>? AllHttpRoutes { get; }

    /// <summary>Completes once all was listed.</summary>
    public Task Synced => Task.WhenAll(_informers.Select(i => i.Synced()));

    /// <summary>How long ago the informer that is furthest behind made progress.</summary>
    public TimeSpan SinceProgress => _informers.Max(i => i.SinceProgress());

    /// <summary>A resource, or null if there is none.</summary>
    public DeclaredResource? Find(string kind, ObjectKey key) =>
        Resources.GetValueOrDefault(kind)?.Find(key) is { } source ? Declared(source) : null;

    /// <summary>The parsed resource of an object. Each object is parsed once.</summary>
    public DeclaredResource Declared(CustomObject source) => _declared.Of(source);

    /// <summary>
    /// The Deployment of a resource's server; null: there is none, or one of its name is somebody else's.
    /// </summary>
    public Deployment? ServerOf(DeclaredResource resource) =>
        Deployments.Find(new ObjectKey(resource.Namespace, ChildNames.Server(resource.Name))) is { } server
        && Ownership.IsOwnedBy(server.Metadata, resource)
            ? server
            : null;

    /// <summary>
    /// The namespace of the oldest Ingress or HTTPRoute that has a host or a wildcard above it; null: there is none.
    /// </summary>
    public string? RouterOf(string host)
    {
        var patterns = PatternsOf(host).ToArray();
        var ingresses = patterns.SelectMany(pattern => AllIngresses?.ByIndex(ByHost, pattern) ?? []);
        var routes = patterns.SelectMany(pattern => AllHttpRoutes?.ByIndex(ByHost, pattern) ?? []);
        return ingresses.Select(i => i.Metadata).Concat(routes.Select(r => r.Metadata))
            .MinBy(i => (i.CreationTimestamp ?? DateTimeOffset.MaxValue, i.Namespace, i.Name))?.Namespace;
    }

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        TaskGroup.RunAsync(_informers.Select(i => i.Run), cancellationToken);

    InformerScope Scope(ListOptions? selection = null) => new(_settings.ServedNamespaces, selection);

    Informer<CustomObject> AddResources(ResourceType<CustomObject> type)
    {
        // The items of a list have no kind.
        var informer = Add(type, Scope(), value => value with { ApiVersion = type.ApiVersion, Kind = type.Kind });
        informer.AddIndex(ByHost, DeclaredHosts.Of);
        informer.AddIndex(ByMember, MembersOf);
        informer.AddIndex(ByConfigMap, ConfigMapsOf);
        informer.AddIndex(ByClaim, ClaimOf);
        informer.AddIndex(
            ByPreviousOwner,
            source => TakeOver.PreviousOwnerOf(Declared(source)) is { } owner ? [owner.ToString()] : []);
        return informer;
    }

    Informer<T> AddChildren<T>(
        ResourceType<T> type, bool prune = true, bool recreate = false, bool isOptional = false)
        where T : KubernetesObject
    {
        var informer = AddLabelled(type, isOptional);
        _children.Add(new ChildKind<T>(type, informer, prune, recreate));
        return informer;
    }

    Informer<T> AddLabelled<T>(ResourceType<T> type, bool isOptional = false, Func<T, T>? trim = null)
        where T : KubernetesObject =>
        Add(type, Scope(new ListOptions(ChildMetadata.KindLabel)), trim, isOptional);

    Informer<T> Add<T>(
        ResourceType<T> type, InformerScope scope, Func<T, T>? trim = null, bool isOptional = false)
        where T : KubernetesObject
    {
        var informer = new Informer<T>(_client, type, scope, _clock, _logger)
        {
            Transform = trim,
            IsOptional = isOptional,
        };
        _informers.Add((informer.RunAsync, () => informer.SinceProgress, () => informer.Synced));
        return informer;
    }

    /// <summary>The host, and the wildcards that some controller may send it by: at whatever depth.</summary>
    static IEnumerable<string> PatternsOf(string host)
    {
        yield return host;
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0;
            dot = host.IndexOf('.', dot + 1))
        {
            yield return $"*{host[dot..]}";
        }
    }

    static ObjectMeta NameAndVersion(ObjectMeta metadata) => new()
    {
        Name = metadata.Name,
        Namespace = metadata.Namespace,
        Uid = metadata.Uid,
        ResourceVersion = metadata.ResourceVersion,
    };

    static ObjectMeta NameAndAge(ObjectMeta metadata) => NameAndVersion(metadata) with
    {
        CreationTimestamp = metadata.CreationTimestamp,
    };

    IEnumerable<string> MembersOf(CustomObject source) => Declared(source).Resource is RepositoryGroup group
        ? group.Spec.Members.Select(member => $"{source.Metadata.Namespace}/{member.Kind}/{member.Name}")
        : [];

    IEnumerable<string> ConfigMapsOf(CustomObject source) => Declared(source).Resource is { } resource
        ? DataReferences.Of(resource).Where(reference => reference.Kind is DataKind.ConfigMap)
            .Select(reference => $"{source.Metadata.Namespace}/{reference.Name}").Distinct()
        : [];

    IEnumerable<string> ClaimOf(CustomObject source) => Declared(source) is { Stored: not null } resource
        ? [$"{resource.Namespace}/{PersistentVolumeClaimManifest.WantedNameOf(resource)}"]
        : [];
}
