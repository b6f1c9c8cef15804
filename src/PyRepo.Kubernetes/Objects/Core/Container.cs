using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A container of a pod.</summary>
public sealed record Container
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<EnvironmentVariable>? Env { get; init; }

    public IReadOnlyList<ContainerPort>? Ports { get; init; }

    public ResourceRequirements? Resources { get; init; }

    public Probe? StartupProbe { get; init; }

    public Probe? ReadinessProbe { get; init; }

    public Probe? LivenessProbe { get; init; }

    public Lifecycle? Lifecycle { get; init; }

    public SecurityContext? SecurityContext { get; init; }

    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }

    public string? TerminationMessagePolicy { get; init; }
}

public sealed record EnvironmentVariable
{
    public required string Name { get; init; }

    public string? Value { get; init; }
}

public sealed record VolumeMount
{
    public required string Name { get; init; }

    public required string MountPath { get; init; }

    public bool? ReadOnly { get; init; }
}

public sealed record ContainerPort
{
    public required string Name { get; init; }

    [JsonPropertyName("containerPort")]
    public required int Port { get; init; }

    public string? Protocol { get; init; }
}

public sealed record SecurityContext
{
    public bool? AllowPrivilegeEscalation { get; init; }

    public bool? ReadOnlyRootFilesystem { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public Capabilities? Capabilities { get; init; }
}

public sealed record Capabilities
{
    public IReadOnlyList<string>? Drop { get; init; }
}

public sealed record Lifecycle
{
    public LifecycleHandler? PreStop { get; init; }
}

public sealed record LifecycleHandler
{
    public SleepAction? Sleep { get; init; }
}

public sealed record SleepAction
{
    public required long Seconds { get; init; }
}

public sealed record Probe
{
    public HttpProbe? HttpGet { get; init; }

    public int? PeriodSeconds { get; init; }

    public int? TimeoutSeconds { get; init; }

    public int? FailureThreshold { get; init; }
}

public sealed record HttpProbe
{
    public required string Path { get; init; }

    /// <summary>The port, or its name.</summary>
    public required IntOrString Port { get; init; }
}
