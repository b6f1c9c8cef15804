using System.Collections.Immutable;
using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The Job that erases a deleted resource's data in its bucket, with the server's image, configuration and identity. It
/// outlives the resource for an hour, so that its log can be read.
/// </summary>
static class ErasureManifest
{
    static readonly string[] _serverLabels = [ChildMetadata.KindLabel, ChildMetadata.NameLabel];

    /// <summary>The Job.</summary>
    public static Job GetJob(DeclaredResource resource, DesiredState desired) => new()
    {
        // Without an owner: a foreground deletion of the resource would delete it before it ends.
        Metadata = ChildMetadata.Retained(resource, ChildNames.Erasure(resource.Name, resource.Uid)),
        Spec = new()
        {
            BackoffLimit = 3,
            ActiveDeadlineSeconds = 600,
            TtlSecondsAfterFinished = 3600,
            Template = GetTemplate(resource, desired.Deployment!.Spec!.Template),
        },
    };

    /// <summary>
    /// Returns the objects that the pod needs. None of them is the resource's any more, so that they stay until the Job
    /// is gone.
    /// </summary>
    public static IReadOnlyList<DesiredObject> GetNeeds(DeclaredResource resource, DesiredState desired, Job? job)
    {
        IReadOnlyList<OwnerReference>? owners = job is null ? null : [ReferenceTo(job)];
        return
        [
            DesiredObject.From(ResourceTypes.ServiceAccounts, desired.ServiceAccount! with
            {
                Metadata = desired.ServiceAccount.Metadata with { OwnerReferences = owners },
            }),
            DesiredObject.From(ResourceTypes.ConfigMaps, desired.ConfigMap! with
            {
                Metadata = desired.ConfigMap.Metadata with { OwnerReferences = owners },
            }),
            .. desired.NetworkPolicy is not { Spec: { } policy } network ? [] : (DesiredObject[])
            [
                DesiredObject.From(ResourceTypes.NetworkPolicies, network with
                {
                    Metadata = network.Metadata with
                    {
                        Name = ChildNames.Erasure(resource.Name, resource.Uid),
                        OwnerReferences = owners,
                    },
                    Spec = policy with
                    {
                        PodSelector = new() { MatchLabels = ChildMetadata.Texts((Erasure.PodLabel, resource.Name)) },
                        Ingress = null,
                    },
                }),
            ],
        ];
    }

    static OwnerReference ReferenceTo(Job job) => new()
    {
        ApiVersion = ResourceTypes.Jobs.ApiVersion,
        Kind = ResourceTypes.Jobs.Kind,
        Name = job.Metadata.Name!,
        Uid = job.Metadata.Uid!,
    };

    static PodTemplate GetTemplate(DeclaredResource resource, PodTemplate server) => new()
    {
        Metadata = new()
        {
            Labels = ((ImmutableSortedDictionary<string, string>)server.Metadata!.Labels!)
                .RemoveRange(_serverLabels).SetItem(Erasure.PodLabel, resource.Name),
            Annotations = ((ImmutableSortedDictionary<string, string>)server.Metadata.Annotations!)
                .Remove(Annotations.Template),
        },
        Spec = server.Spec with
        {
            RestartPolicy = "Never",
            TerminationGracePeriodSeconds = null,
            Affinity = null,
            TopologySpreadConstraints = null,
            Containers = [Eraser(resource, server.Spec.Containers[0])],
            Volumes = [.. server.Spec.Volumes!.Select(Required)],
        },
    };

    static Container Eraser(DeclaredResource resource, Container server) => server with
    {
        Name = "erase",
        Args =
        [
            "erase", "-f", PodManifest.ConfigurationFolder, "--data", PodManifest.DataFolder, "--root", resource.Name,
        ],
        Ports = null,
        StartupProbe = null,
        ReadinessProbe = null,
        LivenessProbe = null,
        Lifecycle = null,
    };

    /// <summary>A server starts without its documents; this pod waits for them.</summary>
    static Volume Required(Volume volume) => volume.Projected?.Sources is not { } sources ? volume : volume with
    {
        Projected = new() { Sources = [.. sources.Select(Required)] },
    };

    static VolumeProjection Required(VolumeProjection source, int index) =>
        index > 0 || source.ConfigMap is not { } documents
            ? source : source with { ConfigMap = documents with { Optional = null } };
}
