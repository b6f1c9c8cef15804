using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A pod, with the fields that show the state of a server.</summary>
public sealed record Pod : KubernetesObject
{
    public PodSpec? Spec { get; init; }

    public PodStatus? Status { get; init; }
}

public sealed record PodStatus
{
    public string? Phase { get; init; }

    public string? PodIP { get; init; }

    public string? Message { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }
}

public sealed record ContainerStatus
{
    public required string Name { get; init; }

    public string? Image { get; init; }

    public ContainerState? State { get; init; }

    public ContainerState? LastState { get; init; }
}

public sealed record ContainerState
{
    public StateReason? Waiting { get; init; }

    public StateReason? Terminated { get; init; }
}

public sealed record StateReason
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public int? ExitCode { get; init; }
}
