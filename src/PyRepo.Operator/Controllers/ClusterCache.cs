using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Kubernetes.Objects.Storage;
using PyRepo.Kubernetes.Watching;
using PyRepo.Metrics;
using PyRepo.Operator.Limits;
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

    /// <summary>Pods and snapshots by the <see cref="ResourceKey"/> of the resource that they are for.</summary>
    public const string ByOwner = "server";

    static readonly ResourceType<PartialObjectMetadata> _anyConfigMap =
        new("", "v1", "ConfigMap", "configmaps", KubernetesJson.Default.PartialObjectMetadata);

    static readonly ResourceType<PartialObjectMetadata> _anyClaim =
        ResourceTypes.PersistentVolumeClaims.ToMetadataOnly();

    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(30);

    /// <summary>Resources have their own: whatever else is written, they are known.</summary>
    readonly MemoryBudget _ofResources = new(OperatorLimits.MaxKeptLength);
    readonly MemoryBudget _ofOthers = new(OperatorLimits.MaxKeptLength);

    readonly DeclaredResources _declared;
    readonly List<ChildKind> _children = [];
    readonly List<WatchedKind> _informers = [];
    readonly LeftOutObjects _leftOut;
    readonly KubernetesClient _client;
    readonly OperatorSettings _settings;
    readonly TimeProvider _clock;
    readonly ILogger _logger;

    public ClusterCache(
        KubernetesClient client, OperatorSettings settings, MetricRegistry metrics, TimeProvider clock, ILogger logger)
    {
        _declared = new DeclaredResources(metrics);
        (_client, _settings, _clock, _logger) = (client, settings, clock, logger);
        _leftOut = new LeftOutObjects(metrics, logger);
        Resources = CustomTypes.All.ToDictionary(type => type.Kind, AddResources);
        Count = new ResourceCount(Resources, settings);
        ServiceAccounts = AddChildren(ResourceTypes.ServiceAccounts, ChildFields.Trim);
        AddChildren(ResourceTypes.NetworkPolicies, ChildFields.Trim);
        AddChildren(ResourceTypes.ConfigMaps, ChildFields.Trim, recreate: true);
        PersistentVolumeClaims = AddChildren(
            ResourceTypes.PersistentVolumeClaims, ChildFields.Trim, prune: false, isRequired: true);
        AddChildren(ResourceTypes.Services, ChildFields.Trim);
        Deployments = AddChildren(ResourceTypes.Deployments, ChildFields.Trim, isRequired: true);
        AddChildren(ResourceTypes.PodDisruptionBudgets, ChildFields.Trim);
        Ingresses = AddChildren(ResourceTypes.Ingresses, ChildFields.Trim);
        HttpRoutes = AddChildren(ResourceTypes.HttpRoutes, ChildFields.Trim, isOptional: true);
        VolumeSnapshots = AddLabeled(ResourceTypes.VolumeSnapshots, ChildFields.Trim, isOptional: true);
        VolumeSnapshots.AddIndex(
            ByOwner, made => Ownership.GetReconciledOwner(made.Metadata) is { } owner ? [owner.ToString()] : []);
        Jobs = AddLabeled(ResourceTypes.Jobs, ChildFields.Trim);
        Pods = AddLabeled(ResourceTypes.Pods, PodFields.Trim);
        Pods.AddIndex(
            ByOwner, pod => Ownership.GetReconciledOwner(pod.Metadata) is { } owner ? [owner.ToString()] : []);
        ReferencedConfigMaps = Add(
            _anyConfigMap, Scope(), NameAndVersion, countOf: map => IsNamed(ByConfigMap, map) ? 0 : 1);
        ReferencedClaims = Add(
            _anyClaim, Scope(), NameAndVersion, countOf: claim => IsNamed(ByClaim, claim) ? 0 : 1);
        if (settings.Scope is not WatchScope.Cluster)
            return;
        StorageClasses = Add(ResourceTypes.StorageClasses, new InformerScope());
        IngressClasses = Add(ResourceTypes.IngressClasses, new InformerScope());
        SnapshotClasses = Add(
            ResourceTypes.VolumeSnapshotClasses, new InformerScope(), NameAndVersion, isOptional: true);
        AllIngresses = Add(
            ResourceTypes.IngressHosts, new InformerScope(), RoutedHosts.Trim, countOf: RoutedHosts.GetCount);
        AllIngresses.AddIndex(ByHost, ingress => ingress.Spec?.Hosts ?? []);
        AllHttpRoutes = Add(
            ResourceTypes.HttpRouteHosts, new InformerScope(), RoutedHosts.Trim, isOptional: true,
            countOf: RoutedHosts.GetCount);
        AllHttpRoutes.AddIndex(ByHost, route => route.Spec?.Hostnames ?? []);
    }

    /// <summary>The resources of each kind.</summary>
    public IReadOnlyDictionary<string, Informer<CustomObject>> Resources { get; }

    /// <summary>How many resources there are.</summary>
    public ResourceCount Count { get; }

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

    /// <summary>The backups on the storage of volumes. Empty while the cluster does not serve VolumeSnapshots.</summary>
    public Informer<VolumeSnapshot> VolumeSnapshots { get; }

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

    /// <inheritdoc cref="StorageClasses"/>
    public Informer<PartialObjectMetadata>? SnapshotClasses { get; }

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

    /// <summary>A resource with its spec, where only its metadata were kept; null: it is gone.</summary>
    public async Task<CustomObject?> ReadSpecAsync(
        ResourceType<CustomObject> type, CustomObject source, CancellationToken cancellationToken)
    {
        if (!source.IsMetadataOnly)
            return source;
        if (await ReadAsync(type, source.Key, cancellationToken) is not { } read)
            return null;
        var kept = ResourceFields.Trim(read, type);
        Resources[type.Kind].Replace(kept);
        return kept;
    }

    /// <summary>
    /// Reads what is not kept of those that are reconciled in a namespace: a group looks at its members, and a host at
    /// its rivals, before it is their turn.
    /// </summary>
    public async Task ReadSpecsAsync(string ns, CancellationToken cancellationToken)
    {
        foreach (var source in Count.WithoutSpec(ns))
            await ReadSpecAsync(CustomTypes.All.Single(t => t.Kind == source.Kind), source, cancellationToken);
    }

    /// <summary>A whole resource as it is now, by the right to list them; null: it is gone.</summary>
    public async Task<CustomObject?> ReadAsync(
        ResourceType<CustomObject> type, ObjectKey key, CancellationToken cancellationToken)
    {
        var found = await _client.ListAsync(
            type, key.Namespace, new ListOptions(FieldSelector: $"metadata.name={key.Name}"), cancellationToken);
        return found.Items.SingleOrDefault();
    }

    /// <summary>Lets go of the spec of a resource that is not reconciled.</summary>
    public void ForgetSpec(CustomObject source)
    {
        if (!source.IsMetadataOnly)
            Resources[source.Kind!].Replace(ResourceFields.WithoutSpec(source));
    }

    /// <summary>The parsed resource of an object. Each object is parsed once.</summary>
    public DeclaredResource Declared(CustomObject source) => _declared.Get(source);

    /// <summary>
    /// The Deployment of a resource's server; null: there is none, or one of its name is somebody else's.
    /// </summary>
    public Deployment? GetServer(DeclaredResource resource) =>
        Deployments.Find(new ObjectKey(resource.Namespace, ChildNames.Server(resource.Name))) is { } server
        && Ownership.IsOwnedBy(server.Metadata, resource)
            ? server
            : null;

    /// <summary>Reads the Deployment of a resource's server as it is now; null: there is none of the resource's.</summary>
    public async Task<Deployment?> ReadServerAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        var found = await _client.ListAsync(
            ResourceTypes.Deployments, resource.Namespace,
            new ListOptions(FieldSelector: $"metadata.name={ChildNames.Server(resource.Name)}"), cancellationToken);
        return found.Items.SingleOrDefault(server => Ownership.IsOwnedBy(server.Metadata, resource));
    }

    /// <summary>Reads one of a resource's pods that have not ended; null: there is none.</summary>
    public async Task<Pod?> ReadRunningPodAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        var labels = ChildMetadata.Labels(resource).Select(label => $"{label.Key}={label.Value}");
        var found = await _client.ListAsync(
            ResourceTypes.Pods, resource.Namespace,
            new ListOptions(string.Join(',', labels), "status.phase!=Succeeded,status.phase!=Failed", Limit: 1),
            cancellationToken);
        return found.Items is [var pod, ..] ? pod : null;
    }

    /// <summary>The pods that have the labels of a resource's, as many of them as are looked at.</summary>
    public IEnumerable<Pod> GetPods(ResourceKey owner) => Pods.ByIndex(ByOwner, owner.ToString())
        .OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal).Take(OperatorLimits.MaxPods);

    /// <summary>
    /// The namespace of the oldest Ingress or HTTPRoute that has a host or a wildcard above it; null: there is none.
    /// </summary>
    public string? GetRouter(string host)
    {
        var patterns = HostPatterns.Above(host).Prepend(host).ToArray();
        var ingresses = patterns.SelectMany(pattern => AllIngresses?.ByIndex(ByHost, pattern) ?? []);
        var routes = patterns.SelectMany(pattern => AllHttpRoutes?.ByIndex(ByHost, pattern) ?? []);
        return ingresses.Select(i => i.Metadata).Concat(routes.Select(r => r.Metadata))
            .MinBy(i => (i.CreationTimestamp ?? DateTimeOffset.MaxValue, i.Namespace, i.Name))?.Namespace;
    }

    /// <summary>The kinds that can't be listed, and why.</summary>
    public IEnumerable<string> Unlisted => _informers.Select(informer => informer.Problem).OfType<string>();

    /// <summary>
    /// Watches until it is canceled. The resources come first: what is kept of others depends on which there are.
    /// </summary>
    public Task RunAsync(CancellationToken cancellationToken) => TaskGroup.RunAsync(
        _informers.Select((informer, index) => index < Resources.Count ? informer.Run : AfterResources(informer.Run)),
        cancellationToken);

    /// <summary>They are waited for for a while only: one that can't be listed holds up no other kind.</summary>
    Func<CancellationToken, Task> AfterResources(Func<CancellationToken, Task> run) => async cancellationToken =>
    {
        var listed = Task.WhenAll(Resources.Values.Select(r => r.Synced));
        await listed.WaitAsync(_maxWait, _clock, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await run(cancellationToken);
    };

    InformerScope Scope(ListOptions? selection = null) => new(_settings.ServedNamespaces, selection);

    Informer<CustomObject> AddResources(ResourceType<CustomObject> type)
    {
        var informer = Add(type, Scope(), source => Kept(source, type));
        informer.AddIndex(ByHost, DeclaredHosts.Find);
        informer.AddIndex(ByMember, GetMembers);
        informer.AddIndex(ByConfigMap, GetConfigMaps);
        informer.AddIndex(ByClaim, GetClaims);
        informer.AddIndex(
            ByPreviousOwner,
            source => TakeOver.GetPreviousOwner(Declared(source)) is { } owner ? [owner.ToString()] : []);
        informer.Changed += change =>
        {
            if (change.Before is { } before)
                _declared.Forget(before);
        };
        return informer;
    }

    Informer<T> AddChildren<T>(
        ResourceType<T> type, Func<T, T> fields, bool prune = true, bool recreate = false, bool isOptional = false,
        bool isRequired = false)
        where T : KubernetesObject
    {
        var informer = AddLabeled(
            type, child => IsChild(child.Metadata) ? fields(child).WithDigest(child, type) : fields(child), isOptional);
        _children.Add(new ChildKind<T>(type, informer, prune, recreate, isRequired));
        return informer;
    }

    Informer<T> AddLabeled<T>(ResourceType<T> type, Func<T, T> fields, bool isOptional = false)
        where T : KubernetesObject =>
        Add(type, Scope(new ListOptions(ChildMetadata.KindLabel)), fields, isOptional);

    Informer<T> Add<T>(
        ResourceType<T> type, InformerScope scope, Func<T, T?>? trim = null, bool isOptional = false,
        Func<T, int>? countOf = null)
        where T : KubernetesObject
    {
        var informer = new Informer<T>(_client, type, scope, _clock, _logger)
        {
            Transform = trim,
            IsOptional = isOptional,
            MaxPerNamespace = OperatorLimits.MaxObjects,
            CountOf = countOf,
            // What nobody trims belongs to the cluster's administrator.
            Budget = trim is null ? null : typeof(T) == typeof(CustomObject) ? _ofResources : _ofOthers,
            SizeOf = kept => KeptSize.Measure(kept, type),
        };
        _informers.Add(new(
            type.Kind, informer.RunAsync, () => informer.SinceProgress, () => informer.Synced, () => informer.Failure));
        informer.LeftOut += ns => _leftOut.Note(type.Kind, ns);
        return informer;
    }

    /// <summary>
    /// With as many specs as resources are reconciled, whichever came first. A list is not in the order of their age:
    /// where the spec of one is missing, <see cref="ReadSpecAsync"/> gets it.
    /// </summary>
    CustomObject Kept(CustomObject source, ResourceType<CustomObject> type) =>
        Count.HasRoomForSpec(source) ? ResourceFields.Trim(source, type) : ResourceFields.GetMetadata(source, type);

    /// <summary>
    /// Whether it may be one of the children of a resource that is there: by its labels, and by the name of one.
    /// </summary>
    bool IsChild(ObjectMeta metadata) =>
        Ownership.GetReconciledOwner(metadata) is { } owner
        && Resources.GetValueOrDefault(owner.Kind)?.Find(new ObjectKey(owner.Namespace, owner.Name)) is not null
        && ChildNames.IsOf(owner.Name, metadata.Name ?? "");

    bool IsNamed(string index, PartialObjectMetadata value) =>
        value.Key == new ObjectKey(_settings.OperatorNamespace, HostRegistrations.Name)
        || Resources.Values.Any(resources => resources.ByIndex(index, value.Key.ToString()).Any());

    static PartialObjectMetadata NameAndVersion(PartialObjectMetadata value) =>
        new() { Metadata = BoundedMetadata.NameAndVersion(value.Metadata) };

    IEnumerable<string> GetMembers(CustomObject source) => Declared(source).Resource is RepositoryGroup group
        ? group.Spec.Members.Select(member => $"{source.Metadata.Namespace}/{member.Kind}/{member.Name}")
        : [];

    IEnumerable<string> GetConfigMaps(CustomObject source) => Declared(source).Resource is { } resource
        ? DataReferences.Find(resource).Where(reference => reference.Kind is DataKind.ConfigMap)
            .Select(reference => $"{source.Metadata.Namespace}/{reference.Name}").Distinct()
        : [];

    /// <summary>The claim that a resource's pods use, or would use, <c>NAMESPACE/NAME</c>; empty: none.</summary>
    public IEnumerable<string> GetClaims(CustomObject source) => Declared(source) is { Stored: not null } resource
        ? [$"{resource.Namespace}/{PersistentVolumeClaimManifest.GetWantedName(resource)}"]
        : [];
}
