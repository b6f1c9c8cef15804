using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>Secret bytes under keys.</summary>
public sealed record Secret : KubernetesObject
{
    public string? Type { get; init; }

    /// <summary>In base64, as JSON has bytes.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }
}
