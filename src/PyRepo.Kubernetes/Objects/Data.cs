namespace PyRepo.Kubernetes.Objects;

/// <summary>Texts under keys.</summary>
public sealed record ConfigMap : KubernetesObject
{
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Whether the API server refuses changes of the data from now on.</summary>
    public bool? Immutable { get; init; }
}

/// <summary>Secret bytes under keys.</summary>
public sealed record Secret : KubernetesObject
{
    public string? Type { get; init; }

    /// <summary>In base64, as JSON has bytes.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }
}

/// <summary>Who a pod is.</summary>
public sealed record ServiceAccount : KubernetesObject
{
    public bool? AutomountServiceAccountToken { get; init; }
}

/// <summary>A namespace.</summary>
public sealed record NamespaceObject : KubernetesObject;
