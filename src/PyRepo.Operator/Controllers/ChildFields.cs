using System.Text.Json;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Digests;
using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Policy;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// The few fields of children that are looked at: what is kept of them in memory. Anybody may write a child, or give
/// another object its labels, so this is little whatever is written.
/// </summary>
static class ChildFields
{
    const string Storage = "storage";

    /// <summary>The same with a digest of the whole object, by which it is compared with what is desired.</summary>
    public static T WithDigest<T>(this T kept, T whole, ResourceType<T> type)
        where T : KubernetesObject => kept with
        {
            Digest = ObjectDigest.From(JsonSerializer.SerializeToElement(whole, type.Json), OperatorLimits.MaxDigests),
        };

    public static ServiceAccount Trim(ServiceAccount account) =>
        new() { Metadata = BoundedMetadata.OfChild(account.Metadata) };

    public static NetworkPolicy Trim(NetworkPolicy policy) =>
        new() { Metadata = BoundedMetadata.OfChild(policy.Metadata) };

    public static Service Trim(Service service) => new() { Metadata = BoundedMetadata.OfChild(service.Metadata) };

    public static PodDisruptionBudget Trim(PodDisruptionBudget budget) =>
        new() { Metadata = BoundedMetadata.OfChild(budget.Metadata) };

    public static ConfigMap Trim(ConfigMap map) =>
        new() { Metadata = BoundedMetadata.OfChild(map.Metadata), Immutable = map.Immutable };

    public static Job Trim(Job job) => new()
    {
        Metadata = BoundedMetadata.OfChild(job.Metadata),
        Status = job.Status is null ? null : new() { Conditions = Bounded(job.Status.Conditions) },
    };

    public static PersistentVolumeClaim Trim(PersistentVolumeClaim claim) => new()
    {
        Metadata = BoundedMetadata.OfChild(claim.Metadata),
        Spec = claim.Spec is null ? null : new()
        {
            StorageClassName = claim.Spec.StorageClassName,
            AccessModes =
                claim.Spec.AccessModes?.Take(OperatorLimits.MaxEntries).Select(BoundedMetadata.Text).ToArray(),
            Resources = new() { Requests = BoundedMetadata.Some(claim.Spec.Resources?.Requests, IsStorage) },
            VolumeName = claim.Spec.VolumeName,
            DataSource = Short(claim.Spec.DataSource),
        },
        Status = claim.Status is null ? null : new()
        {
            Phase = claim.Status.Phase,
            Capacity = BoundedMetadata.Some(claim.Status.Capacity, IsStorage),
            Conditions = Bounded(claim.Status.Conditions),
        },
    };

    public static VolumeSnapshot Trim(VolumeSnapshot snapshot) => new()
    {
        Metadata = BoundedMetadata.OfChild(snapshot.Metadata),
        Spec = new()
        {
            Source = snapshot.Spec?.Source?.PersistentVolumeClaimName is { } claim
                ? new() { PersistentVolumeClaimName = BoundedMetadata.Text(claim) } : null,
        },
        Status = snapshot.Status is null ? null : snapshot.Status with
        {
            RestoreSize = snapshot.Status.RestoreSize?.Text.Length <= OperatorLimits.MaxTextLength
                ? snapshot.Status.RestoreSize : null,
            Error = snapshot.Status.Error is { } error ? new() { Message = Shortened(error.Message) } : null,
        },
    };

    public static Deployment Trim(Deployment deployment) => new()
    {
        Metadata = WithTemplate(BoundedMetadata.OfChild(deployment.Metadata), deployment.Metadata),
        Spec = deployment.Spec is null ? null : new()
        {
            Replicas = deployment.Spec.Replicas,
            Selector = new(),
            Template = new()
            {
                Metadata = new()
                {
                    Annotations = BoundedMetadata.Some(
                        deployment.Spec.Template?.Metadata?.Annotations, name => name == Annotations.Template),
                },
                Spec = new() { Containers = [] },
            },
        },
        Status = deployment.Status is null
            ? null : deployment.Status with { Conditions = Bounded(deployment.Status.Conditions) },
    };

    public static Ingress Trim(Ingress ingress) => new()
    {
        Metadata = BoundedMetadata.OfChild(ingress.Metadata),
        Spec = ingress.Spec is null ? null : new()
        {
            Rules = ingress.Spec.Rules?.Take(OperatorLimits.MaxEntries)
                .Select(rule => new IngressRule { Host = rule.Host, Http = null! }).ToArray(),
        },
    };

    public static HttpRoute Trim(HttpRoute route) => new()
    {
        Metadata = BoundedMetadata.OfChild(route.Metadata),
        Spec = route.Spec is null
            ? null : new() { Hostnames = route.Spec.Hostnames?.Take(OperatorLimits.MaxEntries).ToArray() },
    };

    /// <summary>Conditions, with what they say cut off where it is long.</summary>
    public static Condition[]? Bounded(IReadOnlyList<Condition>? conditions) =>
        conditions?.Take(OperatorLimits.MaxEntries).Select(condition => condition with
        {
            Type = BoundedMetadata.Text(condition.Type ?? ""),
            Status = BoundedMetadata.Text(condition.Status ?? ""),
            Reason = condition.Reason is null ? null : BoundedMetadata.Text(condition.Reason),
            Message = Shortened(condition.Message),
        }).ToArray();

    /// <summary>The beginning of a text for people.</summary>
    public static string? Shortened(string? text) =>
        text?.Length > OperatorLimits.MaxTextLength ? text[..OperatorLimits.MaxTextLength] + "…" : text;

    /// <summary>One with too long a text is none that was made for a resource.</summary>
    static VolumeSource? Short(VolumeSource? source) =>
        source is not null && new[] { source.ApiGroup, source.Kind, source.Name }
            .All(text => text is null or { Length: <= OperatorLimits.MaxTextLength })
            ? source
            : null;

    static bool IsStorage(string resource) => resource == Storage;

    /// <summary>While a resource waits for its turn to roll, the template that was applied last is put back.</summary>
    static ObjectMeta WithTemplate(ObjectMeta kept, ObjectMeta whole) =>
        whole.Annotations?.GetValueOrDefault(Annotations.AppliedTemplate) is
        { Length: <= AppliedTemplate.MaxLength } template
            ? kept with
            {
                Annotations = new Dictionary<string, string>(kept.Annotations ?? new Dictionary<string, string>())
                {
                    [Annotations.AppliedTemplate] = template,
                },
            }
            : kept;
}
