using System.Collections.Immutable;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Policy;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The children that a resource should have, and no others: a pure function of the resource, what it refers to, and the
/// settings. None of them holds anything that changes while these stay the same. Secrets are not among them, because
/// the operator does not read them (<see cref="OwnSecret"/>).
/// </summary>
public sealed record DesiredState
{
    /// <summary>
    /// Why the resource is rejected, and all children stay as they are; null: the children are applied.
    /// </summary>
    public Rejection? Rejection { get; init; }

    /// <summary>The documents for the server.</summary>
    public MountedConfiguration? Configuration { get; init; }

    public ServiceAccount? ServiceAccount { get; init; }

    public ConfigMap? ConfigMap { get; init; }

    public PersistentVolumeClaim? PersistentVolumeClaim { get; init; }

    /// <summary>
    /// Whether the claim exists. If so it is applied last: pods need not wait for it, and a rejected change of it
    /// blocks nothing.
    /// </summary>
    public bool HasPersistentVolumeClaim { get; init; }

    public Deployment? Deployment { get; init; }

    /// <summary>
    /// Whether <see cref="Deployment"/> is the live one, which stays as it is but for how many pods there are: what was
    /// applied last is not known.
    /// </summary>
    public bool KeepsDeployment { get; init; }

    /// <summary>Why the pods stay as they were; null: they are as wanted.</summary>
    public RolloutWait? Wait { get; init; }

    public Service? Service { get; init; }

    public Ingress? Ingress { get; init; }

    public HttpRoute? HttpRoute { get; init; }

    public PodDisruptionBudget? DisruptionBudget { get; init; }

    public NetworkPolicy? NetworkPolicy { get; init; }

    /// <summary>
    /// All objects of the resource, in the order to apply them: what pods need comes before the pods.
    /// </summary>
    public IReadOnlyList<DesiredObject> Objects =>
    [
        .. Some(ResourceTypes.ServiceAccounts, ServiceAccount),
        .. Some(ResourceTypes.NetworkPolicies, NetworkPolicy),
        .. Some(ResourceTypes.ConfigMaps, ConfigMap),
        .. Some(ResourceTypes.PersistentVolumeClaims, HasPersistentVolumeClaim ? null : PersistentVolumeClaim),
        .. Some(ResourceTypes.Services, Service),
        .. Some(ResourceTypes.Deployments, Deployment, KeepsDeployment),
        .. Some(ResourceTypes.PodDisruptionBudgets, DisruptionBudget),
        .. Some(ResourceTypes.Ingresses, Ingress),
        .. Some(ResourceTypes.HttpRoutes, HttpRoute),
        .. Some(ResourceTypes.PersistentVolumeClaims, HasPersistentVolumeClaim ? PersistentVolumeClaim : null),
    ];

    static IEnumerable<DesiredObject> Some<T>(ResourceType<T> type, T? value, bool isKept = false)
        where T : KubernetesObject =>
        value is null ? [] : [DesiredObject.From(type, value, isKept)];

    /// <summary>The hash in the template of the pods that are wanted.</summary>
    public string? TemplateHash =>
        Deployment is null ? null : DeploymentManifest.GetTemplateHash(Deployment);

    /// <summary>The same, but that the pods stay as they were until it is their turn.</summary>
    public DesiredState Waiting(RolloutWait wait, Deployment live)
    {
        ArgumentNullException.ThrowIfNull(live);
        return AppliedTemplate.From(live) is { } applied
            ? this with { Wait = wait, Deployment = applied.KeepIn(Deployment!) }
            : this with
            {
                Wait = wait,
                KeepsDeployment = true,
                Deployment = live with { Spec = live.Spec! with { Replicas = Deployment!.Spec!.Replicas } },
            };
    }

    /// <summary>The children that a resource should have.</summary>
    public static DesiredState From(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        if (Rejections.First(resource, inputs, settings) is { } rejection)
            return new DesiredState { Rejection = rejection };
        var configuration = MountedConfiguration.From(resource, inputs, settings);
        var hosts = HostAccess.AllowedHosts(resource, inputs, settings);
        return new DesiredState
        {
            Configuration = configuration,
            ServiceAccount = ServiceAccountManifest.Create(resource, inputs),
            ConfigMap = ConfigMapManifest.Create(resource, configuration),
            PersistentVolumeClaim = PersistentVolumeClaimManifest.Create(resource, inputs),
            HasPersistentVolumeClaim = inputs.PersistentVolumeClaim is not null,
            Deployment = DeploymentManifest.Create(resource, inputs, settings),
            Service = ServiceManifest.Create(resource),
            Ingress = hosts.IsEmpty ? null : IngressManifest.Create(resource, inputs, settings),
            HttpRoute = hosts.IsEmpty || !inputs.KnowsHttpRoutes ? null : HttpRouteManifest.Create(resource, hosts),
            DisruptionBudget = DisruptionBudgetManifest.Create(resource),
            NetworkPolicy = NetworkPolicyManifest.Create(resource, settings),
        };
    }
}

/// <summary>The ConfigMap with the documents for the server.</summary>
static class ConfigMapManifest
{
    public static ConfigMap Create(DeclaredResource resource, MountedConfiguration configuration) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.Configuration(resource.Name)),
        Data = configuration.Documents.ToImmutableSortedDictionary(d => d.Key, d => d.Text, StringComparer.Ordinal),
    };
}

/// <summary>
/// Allows one of several replicas to be evicted at a time. A replica that is not ready does not block a node's drain.
/// </summary>
static class DisruptionBudgetManifest
{
    public static PodDisruptionBudget? Create(DeclaredResource resource) => resource.Spec!.Server.Replicas < 2
        ? null
        : new()
        {
            Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
            Spec = new()
            {
                MaxUnavailable = 1,
                UnhealthyPodEvictionPolicy = "AlwaysAllow",
                Selector = new() { MatchLabels = ChildMetadata.Labels(resource) },
            },
        };
}

/// <summary>
/// The ServiceAccount of the server's pods. It has no rights in the cluster, and no token for its API is mounted.
/// Annotations may give it an identity in a cloud: <see cref="Rejections"/> lets only those pass that the administrator
/// allows.
/// </summary>
static class ServiceAccountManifest
{
    public static ServiceAccount Create(DeclaredResource resource, ReconcileInputs inputs) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.ServiceAccount(resource.Name)) with
        {
            Annotations = GetAnnotations(resource, inputs) is { Count: > 0 } annotations ? annotations : null,
        },
        AutomountServiceAccountToken = false,
    };

    static ImmutableSortedDictionary<string, string> GetAnnotations(DeclaredResource resource, ReconcileInputs inputs)
    {
        var wanted = ChildMetadata.Texts().SetItems(resource.Spec!.Server.ServiceAccountAnnotations);
        if (inputs.SecretsDigest is { } made)
            wanted = wanted.SetItem(Annotations.Secrets, made);
        return inputs.MetSigningKeyRequest is { } met
            ? wanted.SetItem(Annotations.MetSigningKeyRequest, met) : wanted;
    }
}

/// <summary>
/// The <see href="https://gateway-api.sigs.k8s.io/api-types/httproute/">HTTPRoute</see> of a repository, without a
/// request timeout.
/// </summary>
static class HttpRouteManifest
{
    /// <param name="resource">The resource.</param>
    /// <param name="hosts">Those of its hosts that it may use.</param>
    public static HttpRoute? Create(DeclaredResource resource, ImmutableArray<string> hosts) =>
        resource.Spec!.Gateway is not { } gateway
        ? null
        : new()
        {
            Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
            Spec = new()
            {
                ParentRefs = [.. gateway.ParentRefs.Select(
                    r => new GatewayParent { Name = r.Name, Namespace = r.Namespace, SectionName = r.SectionName })],
                Hostnames = [.. gateway.Hostnames.Where(hosts.Contains)],
                Rules =
                [
                    new()
                    {
                        Matches = [new() { Path = new() { Type = "PathPrefix", Value = "/" } }],
                        BackendRefs = [new() { Name = ChildNames.Server(resource.Name), Port = ServiceManifest.Port }],
                        Timeouts = new() { Request = "0s" },
                    },
                ],
            },
        };
}

/// <summary>The address of a repository in the cluster: <c>http://NAME.NAMESPACE/</c>.</summary>
static class ServiceManifest
{
    /// <summary>The port of the Service.</summary>
    public const int Port = 80;

    public static Service Create(DeclaredResource resource) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
        Spec = new()
        {
            Selector = ChildMetadata.Labels(resource),
            Ports =
            [
                new()
                {
                    Name = "http",
                    Port = Port,
                    TargetPort = PodManifest.HttpPort,
                    Protocol = "TCP",
                    AppProtocol = "http",
                },
            ],
        },
    };
}
