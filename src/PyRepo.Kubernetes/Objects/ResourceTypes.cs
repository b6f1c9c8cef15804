using System.Text.Json.Serialization.Metadata;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Coordination;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Kubernetes.Objects.Discovery;
using PyRepo.Kubernetes.Objects.Events;
using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Policy;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Kubernetes.Objects.Storage;

namespace PyRepo.Kubernetes.Objects;

/// <summary>The built-in kinds.</summary>
public static class ResourceTypes
{
    public static ResourceType<ConfigMap> ConfigMaps { get; } =
        new("", "v1", "ConfigMap", "configmaps", KubernetesJson.Default.ConfigMap);

    public static ResourceType<Secret> Secrets { get; } =
        new("", "v1", "Secret", "secrets", KubernetesJson.Default.Secret);

    public static ResourceType<ServiceAccount> ServiceAccounts { get; } =
        new("", "v1", "ServiceAccount", "serviceaccounts", KubernetesJson.Default.ServiceAccount);

    public static ResourceType<PersistentVolumeClaim> PersistentVolumeClaims { get; } =
        new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", KubernetesJson.Default.PersistentVolumeClaim);

    public static ResourceType<Service> Services { get; } =
        new("", "v1", "Service", "services", KubernetesJson.Default.Service);

    public static ResourceType<Pod> Pods { get; } =
        new("", "v1", "Pod", "pods", KubernetesJson.Default.Pod);

    public static ResourceType<Deployment> Deployments { get; } =
        new("apps", "v1", "Deployment", "deployments", KubernetesJson.Default.Deployment);

    public static ResourceType<Job> Jobs { get; } =
        new("batch", "v1", "Job", "jobs", KubernetesJson.Default.Job);

    public static ResourceType<PodDisruptionBudget> PodDisruptionBudgets { get; } =
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", KubernetesJson.Default.PodDisruptionBudget);

    public static ResourceType<EndpointSlice> EndpointSlices { get; } =
        new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", KubernetesJson.Default.EndpointSlice);

    public static ResourceType<Ingress> Ingresses { get; } =
        new("networking.k8s.io", "v1", "Ingress", "ingresses", KubernetesJson.Default.Ingress);

    /// <summary>The same objects, whoever made them.</summary>
    public static ResourceType<IngressHosts> IngressHosts { get; } =
        new("networking.k8s.io", "v1", "Ingress", "ingresses", KubernetesJson.Default.IngressHosts);

    public static ResourceType<IngressClass> IngressClasses { get; } =
        new("networking.k8s.io", "v1", "IngressClass", "ingressclasses", KubernetesJson.Default.IngressClass,
            Namespaced: false);

    public static ResourceType<NetworkPolicy> NetworkPolicies { get; } =
        new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", KubernetesJson.Default.NetworkPolicy);

    public static ResourceType<HttpRoute> HttpRoutes { get; } =
        new("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes", KubernetesJson.Default.HttpRoute);

    /// <summary>The same objects, whoever made them.</summary>
    public static ResourceType<HttpRouteHosts> HttpRouteHosts { get; } =
        new("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes", KubernetesJson.Default.HttpRouteHosts);

    public static ResourceType<StorageClass> StorageClasses { get; } =
        new("storage.k8s.io", "v1", "StorageClass", "storageclasses", KubernetesJson.Default.StorageClass,
            Namespaced: false);

    public static ResourceType<VolumeSnapshot> VolumeSnapshots { get; } =
        new("snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots",
            KubernetesJson.Default.VolumeSnapshot);

    /// <summary>Nothing but whether there is one of a name is looked at.</summary>
    public static ResourceType<PartialObjectMetadata> VolumeSnapshotClasses { get; } =
        new("snapshot.storage.k8s.io", "v1", "VolumeSnapshotClass", "volumesnapshotclasses",
            KubernetesJson.Default.PartialObjectMetadata, Namespaced: false);

    public static ResourceType<Lease> Leases { get; } =
        new("coordination.k8s.io", "v1", "Lease", "leases", KubernetesJson.Default.Lease);

    public static ResourceType<Event> Events { get; } =
        new("events.k8s.io", "v1", "Event", "events", KubernetesJson.Default.Event);

    /// <summary>CustomResourceDefinitions, without their schemas.</summary>
    public static ResourceType<StoredVersions> StoredVersions { get; } =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions",
            KubernetesJson.Default.StoredVersions, Namespaced: false);
}

/// <summary>A kind as the API knows it: the path of its objects, and how they are read and written.</summary>
/// <param name="Group">Its group; empty for the core kinds.</param>
/// <param name="Version">The version of the group.</param>
/// <param name="Kind">The kind, in the singular.</param>
/// <param name="Plural">Its name in paths.</param>
/// <param name="Json">How its objects are read and written.</param>
/// <param name="Namespaced">Whether its objects stand in namespaces.</param>
public sealed record ResourceType<T>(
    string Group, string Version, string Kind, string Plural, JsonTypeInfo<T> Json, bool Namespaced = true)
    where T : KubernetesObject
{
    /// <summary>The group and version, as in an object's <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The same kind, with only the metadata of its objects.</summary>
    public ResourceType<PartialObjectMetadata> ToMetadataOnly() =>
        new(Group, Version, Kind, Plural, KubernetesJson.Default.PartialObjectMetadata, Namespaced);

    /// <summary>The path of all its objects, or of those of one namespace.</summary>
    /// <param name="ns">The namespace; null or empty: all, or the kind has none.</param>
    public string CollectionPath(string? ns)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return string.IsNullOrEmpty(ns) ? $"{root}/{Plural}" : $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}";
    }

    /// <summary>The path of one object.</summary>
    public string Path(ObjectKey key) => $"{CollectionPath(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
