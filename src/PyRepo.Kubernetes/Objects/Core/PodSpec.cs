using System.Text.Json;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

public sealed record PodSpec
{
    public string? ServiceAccountName { get; init; }

    public bool? AutomountServiceAccountToken { get; init; }

    public bool? EnableServiceLinks { get; init; }

    /// <summary>Always, unless something else is said; Never in a Job.</summary>
    public string? RestartPolicy { get; init; }

    public long? TerminationGracePeriodSeconds { get; init; }

    public PodSecurityContext? SecurityContext { get; init; }

    public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }

    public string? PriorityClassName { get; init; }

    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    public IReadOnlyList<PodToleration>? Tolerations { get; init; }

    /// <summary>As the API has it. Only a scheduler reads it.</summary>
    public JsonElement? Affinity { get; init; }

    public IReadOnlyList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }

    public required IReadOnlyList<Container> Containers { get; init; }

    public IReadOnlyList<Volume>? Volumes { get; init; }
}

/// <summary>Another object of the namespace.</summary>
public sealed record LocalObjectReference
{
    public required string Name { get; init; }
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

    public int? MinDomains { get; init; }

    public string? NodeAffinityPolicy { get; init; }

    public string? NodeTaintsPolicy { get; init; }
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
