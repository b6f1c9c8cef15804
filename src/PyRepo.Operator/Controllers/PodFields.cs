using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>The few fields of a pod that are looked at: what is kept of it in memory.</summary>
static class PodFields
{
    /// <summary>A kubelet keeps no more of what a container wrote before it ended.</summary>
    const int MaxLog = 4096;

    static readonly string[] _annotations = [Annotations.Template, Annotations.Refreshed];

    /// <summary>A pod with these fields alone.</summary>
    public static Pod Trim(Pod pod) => new()
    {
        Metadata = BoundedMetadata.OfChild(pod.Metadata) with
        {
            Annotations = BoundedMetadata.Some(pod.Metadata.Annotations, _annotations.Contains),
            OwnerReferences = null,
        },
        Spec = pod.Spec is null ? null : new PodSpec { Containers = [.. Servers(pod.Spec.Containers).Select(Trim)] },
        Status = pod.Status is null ? null : new()
        {
            Phase = pod.Status.Phase,
            PodIP = pod.Status.PodIP,
            Message = ChildFields.Shortened(pod.Status.Message),
            Conditions = ChildFields.Bounded(pod.Status.Conditions),
            ContainerStatuses = pod.Status.ContainerStatuses?.Where(c => c.Name == PodManifest.Container).Take(1)
                .Select(Trim).ToArray(),
        },
    };

    /// <summary>Those that declare the management port, by which a server is found.</summary>
    static IEnumerable<Container> Servers(IReadOnlyList<Container>? containers) => (containers ?? [])
        .Where(c => c.Name == PodManifest.Container || c.Ports?.Any(p => p.Name == PodManifest.ManagementPort) is true)
        .Take(2);

    static Container Trim(Container container) => new()
    {
        Name = container.Name,
        Image = BoundedMetadata.Text(container.Image ?? ""),
        Ports = container.Ports?.Where(port => port.Name == PodManifest.ManagementPort).Take(1).ToArray(),
        Resources = container.Resources?.Limits is { } limits
            ? new() { Limits = BoundedMetadata.Some(limits, name => name == "memory") } : null,
    };

    static ContainerStatus Trim(ContainerStatus status) => status with
    {
        Image = status.Image is null ? null : BoundedMetadata.Text(status.Image),
        State = Trim(status.State),
        LastState = Trim(status.LastState),
    };

    static ContainerState? Trim(ContainerState? state) => state is null ? null : new()
    {
        Waiting = Trim(state.Waiting),
        Terminated = Trim(state.Terminated),
    };

    static StateReason? Trim(StateReason? reason) => reason is null ? null : reason with
    {
        Reason = ChildFields.Shortened(reason.Reason),
        Message = reason.Message?.Length > MaxLog ? reason.Message[^MaxLog..] : reason.Message,
    };
}
