using PyRepo.Kubernetes.Client;

namespace PyRepo.Kubernetes.Apply;

/// <summary>What was done so that the cluster is as desired.</summary>
public sealed record ApplyResult
{
    /// <summary>What was written, in order; empty at a steady state.</summary>
    public required IReadOnlyList<ObjectChange> Changes { get; init; }

    /// <summary>Objects of a desired name that are not the owner's. They were left untouched.</summary>
    public required IReadOnlyList<ObjectIdentity> Conflicts { get; init; }

    /// <summary>What the API server refused, in order. The others were made so, and nothing was deleted.</summary>
    public required IReadOnlyList<KubernetesException> Refusals { get; init; }

    /// <summary>
    /// Desired objects whose predecessors somebody deleted and which are not gone yet; they follow when those are.
    /// </summary>
    public required IReadOnlyList<ObjectIdentity> Terminating { get; init; }
}

/// <summary>One write.</summary>
/// <param name="Verb">What was done.</param>
/// <param name="Object">To which object.</param>
/// <param name="Field">
/// Of a change the first field that was not as desired (<c>spec.template.spec.containers[0].image</c>); null where the
/// difference is a field that is no longer desired.
/// </param>
public readonly record struct ObjectChange(ObjectVerb Verb, ObjectIdentity Object, string? Field = null);

/// <summary>What was done to an object.</summary>
public enum ObjectVerb
{
    Created,
    Changed,
    Deleted,
}
