using PyRepo.Kubernetes.Client;

namespace PyRepo.Kubernetes.Apply;

/// <summary>What an apply did.</summary>
public sealed record ApplyResult
{
    /// <summary>What was written, in order; empty at a steady state.</summary>
    public required IReadOnlyList<ObjectChange> Changes { get; init; }

    /// <summary>Objects of a desired name that are not the owner's. They were left untouched.</summary>
    public required IReadOnlyList<ObjectIdentity> Conflicts { get; init; }

    /// <summary>
    /// What the API server rejected, in order. The other objects were applied, and nothing was deleted.
    /// </summary>
    public required IReadOnlyList<KubernetesException> Rejections { get; init; }

    /// <summary>
    /// Desired objects whose predecessors somebody deleted and which are not gone yet; they follow when those are.
    /// </summary>
    public required IReadOnlyList<ObjectIdentity> Terminating { get; init; }
}
