using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>One address for the pods of a selector.</summary>
public sealed record Service : KubernetesObject
{
    public ServiceSpec? Spec { get; init; }
}

public sealed record ServiceSpec
{
    public string? Type { get; init; }

    public string? ClusterIP { get; init; }

    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    public IReadOnlyList<ServicePort>? Ports { get; init; }
}

public sealed record ServicePort
{
    public string? Name { get; init; }

    public required int Port { get; init; }

    /// <summary>The name of the pods' port.</summary>
    public required IntOrString TargetPort { get; init; }

    public string? Protocol { get; init; }

    public string? AppProtocol { get; init; }
}
