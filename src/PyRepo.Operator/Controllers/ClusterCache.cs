using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Watching;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Controllers;

/// <summary>What the operator knows of the cluster without asking: the three kinds, their children, and what they refer to.</summary>
/// <remarks>Secrets are not in it: a list or a watch of them would read what is not the operator's.</remarks>
sealed class ClusterCache
{
    /// <summary>Resources by each host that they claim.</summary>
    public const string ByHost = "host";

    /// <summary>Groups by each member, <c>NAMESPACE/KIND/NAME</c>.</summary>
    public const string ByMember = "member";

    /// <summary>Resources by each ConfigMap that they name, <c>NAMESPACE/NAME</c>.</summary>
    public const string ByConfigMap = "configmap";

    /// <summary>Pods by the resource that they serve, as <see cref="OwnerOf"/> names it.</summary>
    public const string ByOwner = "server";

    static readonly ResourceType<PartialObjectMetadata> _anyConfigMap =
        new("", "v1", "ConfigMap", "configmaps", KubernetesJson.Default.PartialObjectMetadata);

    readonly List<(Func<CancellationToken, Task> Run, Func<DateTimeOffset> LastProgress, Func<Task> Synced)> _informers = [];
    readonly KubernetesClient _client;
    readonly OperatorSettings _settings;
    readonly TimeProvider _clock;
    readonly ILogger _logger;

    public ClusterCache(
        KubernetesClient client, OperatorSettings settings, bool knowsHttpRoutes, TimeProvider clock, ILogger logger)
    {
        (_client, _settings, _clock, _logger) = (client, settings, clock, logger);
        Resources = CustomTypes.All.ToDictionary(type => type.Kind, AddResources);
        ServiceAccounts = AddChildren(ResourceTypes.ServiceAccounts);
        ConfigMaps = AddChildren(ResourceTypes.ConfigMaps);
        PersistentVolumeClaims = AddChildren(ResourceTypes.PersistentVolumeClaims);
        Services = AddChildren(ResourceTypes.Services);
        Deployments = AddChildren(ResourceTypes.Deployments);
        DisruptionBudgets = AddChildren(ResourceTypes.PodDisruptionBudgets);
        NetworkPolicies = AddChildren(ResourceTypes.NetworkPolicies);
        Ingresses = AddChildren(ResourceTypes.Ingresses);
        HttpRoutes = knowsHttpRoutes ? AddChildren(ResourceTypes.HttpRoutes) : null;
        Pods = AddChildren(ResourceTypes.Pods);
        Pods.AddIndex(ByOwner, pod => OwnerOf(pod.Metadata) is { } owner ? [owner] : []);
        ReferencedConfigMaps = Add(_anyConfigMap, Scope(), map => new PartialObjectMetadata { Metadata = NameAndVersion(map.Metadata) });
        if (settings.Scope is not WatchScope.Cluster)
            return;
        StorageClasses = Add(ResourceTypes.StorageClasses, new InformerScope());
        IngressClasses = Add(ResourceTypes.IngressClasses, new InformerScope());
        AllIngresses = Add(
            ResourceTypes.IngressHosts, new InformerScope(), value => value with { Metadata = Ownership(value.Metadata) });
        AllIngresses.AddIndex(ByHost, ingress => ingress.Spec?.Rules?.Select(rule => rule.Host).OfType<string>()
            .Select(host => host.ToLowerInvariant()).Distinct() ?? []);
    }

    /// <summary>The resources of each kind.</summary>
    public IReadOnlyDictionary<string, Informer<CustomObject>> Resources { get; }

    public Informer<ServiceAccount> ServiceAccounts { get; }

    public Informer<ConfigMap> ConfigMaps { get; }

    public Informer<PersistentVolumeClaim> PersistentVolumeClaims { get; }

    public Informer<Service> Services { get; }

    public Informer<Deployment> Deployments { get; }

    public Informer<PodDisruptionBudget> DisruptionBudgets { get; }

    public Informer<NetworkPolicy> NetworkPolicies { get; }

    public Informer<Ingress> Ingresses { get; }

    /// <summary>Null: the cluster does not know HTTPRoutes.</summary>
    public Informer<HttpRoute>? HttpRoutes { get; }

    public Informer<Pod> Pods { get; }

    /// <summary>All ConfigMaps, of which only the metadata are read: that one changed, not what it says.</summary>
    public Informer<PartialObjectMetadata> ReferencedConfigMaps { get; }

    /// <summary>Null: the operator may not read what stands in no namespace.</summary>
    public Informer<StorageClass>? StorageClasses { get; }

    /// <inheritdoc cref="StorageClasses"/>
    public Informer<IngressClass>? IngressClasses { get; }

    /// <summary>The hosts of all Ingresses, whosesoever. Null: the operator may see its namespaces alone.</summary>
    public Informer<IngressHosts>? AllIngresses { get; }

    /// <summary>Completes once all was listed.</summary>
    public Task Synced => Task.WhenAll(_informers.Select(i => i.Synced()));

    /// <summary>When the informer that is furthest behind last heard from the API server.</summary>
    public DateTimeOffset LastProgress => _informers.Min(i => i.LastProgress());

    /// <summary>
    /// Whose a child seems to be, as <c>KIND/NAMESPACE/NAME</c>: that resource is visited; null: it says nothing. What
    /// its ownerReference says goes before its labels, which somebody may have changed.
    /// </summary>
    public static string? OwnerOf(ObjectMeta child) =>
        ReferencedOwnerOf(child) ?? LabelledOwnerOf(child);

    /// <summary>
    /// Whose a child is, and may be written by. Labels alone do not tell: <c>kubectl expose</c> copies them.
    /// </summary>
    public static string? MarkedOwnerOf(ObjectMeta child)
    {
        if (DataOwner.Read(child) is { } owner)
            return owner.ToString();
        if (ControllerOf(child) is not null)
            return ReferencedOwnerOf(child);
        return ChildMetadata.IsApplied(child) ? LabelledOwnerOf(child) : null;
    }

    static string? ReferencedOwnerOf(ObjectMeta child) =>
        ControllerOf(child) is { ApiVersion: Resource.CurrentApiVersion } owner
            ? $"{owner.Kind}/{child.Namespace}/{owner.Name}"
            : null;

    static OwnerReference? ControllerOf(ObjectMeta child) =>
        child.OwnerReferences?.FirstOrDefault(owner => owner.Controller is true);

    static string? LabelledOwnerOf(ObjectMeta child) =>
        child.Labels is { } labels
        && labels.TryGetValue(ChildMetadata.KindLabel, out var kind) && labels.TryGetValue(ChildMetadata.NameLabel, out var name)
            ? $"{kind}/{child.Namespace}/{name}"
            : null;

    /// <summary>How <see cref="OwnerOf"/> names a resource.</summary>
    public static string NameOf(CustomObject resource) => $"{resource.Kind}/{resource.Key}";

    /// <summary>A resource; null: there is none.</summary>
    public CustomObject? Find(string kind, ObjectKey key) => Resources.GetValueOrDefault(kind)?.Find(key);

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_informers.Select(i => i.Run(cancellationToken)));

    InformerScope Scope(ListOptions? selection = null) => new(_settings.ServedNamespaces, selection);

    Informer<CustomObject> AddResources(ResourceType<CustomObject> type)
    {
        // An item of a list does not say its kind.
        var informer = Add(type, Scope(), value => value with { ApiVersion = type.ApiVersion, Kind = type.Kind });
        informer.AddIndex(ByHost, HostsOf);
        informer.AddIndex(ByMember, MembersOf);
        informer.AddIndex(ByConfigMap, ConfigMapsOf);
        return informer;
    }

    Informer<T> AddChildren<T>(ResourceType<T> type)
        where T : KubernetesObject => Add(type, Scope(new ListOptions(ChildMetadata.KindLabel)));

    Informer<T> Add<T>(ResourceType<T> type, InformerScope scope, Func<T, T>? trim = null)
        where T : KubernetesObject
    {
        var informer = new Informer<T>(_client, type, scope, _clock, _logger) { Trim = trim };
        _informers.Add((informer.RunAsync, () => informer.LastProgress, () => informer.Synced));
        return informer;
    }

    /// <summary>The hosts that a resource asks for, in small letters.</summary>
    public static IEnumerable<string> HostsOf(CustomObject resource)
    {
        if (Text(resource.Spec, "ingress", "host") is { } host)
            yield return host.ToLowerInvariant();
        foreach (var name in Items(resource.Spec, "gateway", "hostnames"))
        {
            if (name.ValueKind is JsonValueKind.String)
                yield return name.GetString()!.ToLowerInvariant();
        }
    }

    static ObjectMeta NameAndVersion(ObjectMeta metadata) => new()
    {
        Name = metadata.Name,
        Namespace = metadata.Namespace,
        Uid = metadata.Uid,
        ResourceVersion = metadata.ResourceVersion,
    };

    static ObjectMeta Ownership(ObjectMeta metadata) => NameAndVersion(metadata) with
    {
        CreationTimestamp = metadata.CreationTimestamp,
        OwnerReferences = metadata.OwnerReferences,
    };

    static IEnumerable<string> MembersOf(CustomObject resource) =>
        from member in Items(resource.Spec, "members")
        let kind = Text(member, "kind")
        let name = Text(member, "name")
        where kind is not null && name is not null
        select $"{resource.Metadata.Namespace}/{kind}/{name}";

    static IEnumerable<string> ConfigMapsOf(CustomObject resource) =>
        DeclaredResource.Read(resource).Resource is { } declared
            ? DataReferences.Of(declared).Where(r => r.Kind is DataKind.ConfigMap)
                .Select(r => $"{resource.Metadata.Namespace}/{r.Name}").Distinct()
            : [];

    static string? Text(JsonElement value, params ReadOnlySpan<string> path) =>
        At(value, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    static JsonElement.ArrayEnumerator Items(JsonElement value, params ReadOnlySpan<string> path) =>
        At(value, path) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    static JsonElement At(JsonElement value, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (value.ValueKind is not JsonValueKind.Object || !value.TryGetProperty(name, out value))
                return default;
        }
        return value;
    }
}
