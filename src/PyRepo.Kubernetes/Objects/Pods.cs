namespace PyRepo.Kubernetes.Objects;

/// <summary>A pod, as far as it tells how a server fares.</summary>
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

    public int? RestartCount { get; init; }

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

/// <summary>What pods are made of.</summary>
public sealed record PodTemplate
{
    public ObjectMeta? Metadata { get; init; }

    public required PodSpec Spec { get; init; }
}

public sealed record PodSpec
{
    public string? ServiceAccountName { get; init; }

    public bool? AutomountServiceAccountToken { get; init; }

    public bool? EnableServiceLinks { get; init; }

    public string? RestartPolicy { get; init; }

    public long? TerminationGracePeriodSeconds { get; init; }

    public PodSecurityContext? SecurityContext { get; init; }

    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    public IReadOnlyList<PodToleration>? Tolerations { get; init; }

    public IReadOnlyList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }

    public required IReadOnlyList<Container> Containers { get; init; }

    public IReadOnlyList<Volume>? Volumes { get; init; }
}

public sealed record PodSecurityContext
{
    public bool? RunAsNonRoot { get; init; }

    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public long? FsGroup { get; init; }

    public string? FsGroupChangePolicy { get; init; }

    public SeccompProfile? SeccompProfile { get; init; }
}

public sealed record SeccompProfile
{
    public required string Type { get; init; }
}

public sealed record PodToleration
{
    public string? Key { get; init; }

    public string? Operator { get; init; }

    public string? Value { get; init; }

    public string? Effect { get; init; }

    public long? TolerationSeconds { get; init; }
}

public sealed record TopologySpreadConstraint
{
    public required int MaxSkew { get; init; }

    public required string TopologyKey { get; init; }

    public required string WhenUnsatisfiable { get; init; }

    public required LabelSelector LabelSelector { get; init; }
}
