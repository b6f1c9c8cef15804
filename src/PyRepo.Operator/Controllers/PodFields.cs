using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>The few fields of a pod that are looked at: what is kept of it in memory.</summary>
static class PodFields
{
    static readonly string[] _labels = [ChildMetadata.KindLabel, ChildMetadata.NameLabel];
    static readonly string[] _annotations = [Annotations.Template, Annotations.Refreshed];

    /// <summary>A pod with these fields alone.</summary>
    public static Pod Of(Pod pod) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = pod.Metadata.Name,
            Namespace = pod.Metadata.Namespace,
            Uid = pod.Metadata.Uid,
            ResourceVersion = pod.Metadata.ResourceVersion,
            CreationTimestamp = pod.Metadata.CreationTimestamp,
            DeletionTimestamp = pod.Metadata.DeletionTimestamp,
            Labels = Some(pod.Metadata.Labels, _labels),
            Annotations = Some(pod.Metadata.Annotations, _annotations),
        },
        Spec = pod.Spec is null ? null : new PodSpec { Containers = [.. (pod.Spec.Containers ?? []).Select(Of)] },
        Status = pod.Status is null ? null : pod.Status with
        {
            ContainerStatuses = pod.Status.ContainerStatuses?.Where(c => c.Name == PodManifest.Container).ToArray(),
        },
    };

    static Container Of(Container container) => new()
    {
        Name = container.Name,
        Image = container.Image,
        Ports = container.Ports?.Where(port => port.Name == PodManifest.ManagementPort).ToArray(),
    };

    static Dictionary<string, string>? Some(IReadOnlyDictionary<string, string>? all, IEnumerable<string> names) =>
        all is null ? null : names.Where(all.ContainsKey).ToDictionary(name => name, name => all[name]);
}
