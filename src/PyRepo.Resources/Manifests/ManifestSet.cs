using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// What some manifests hold. A resource with a problem is not among <see cref="Resources"/>; where there is any
/// problem, nothing of the set should be put in force.
/// </summary>
public sealed record ManifestSet
{
    public ImmutableArray<Resource> Resources { get; init; } = [];

    public FrozenDictionary<ObjectName, SecretDocument> Secrets { get; init; } =
        FrozenDictionary<ObjectName, SecretDocument>.Empty;

    public FrozenDictionary<ObjectName, ConfigMapDocument> ConfigMaps { get; init; } =
        FrozenDictionary<ObjectName, ConfigMapDocument>.Empty;

    /// <summary>The documents that are there, and wrong: they are in none of the others.</summary>
    public FrozenSet<(string Kind, ObjectName Name)> Broken { get; init; } = FrozenSet<(string, ObjectName)>.Empty;

    /// <summary>All that is wrong, in the order of the sources.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Documents of kinds that are for Kubernetes alone, as an Ingress in the same folder.</summary>
    public ImmutableArray<IgnoredDocument> Ignored { get; init; } = [];
}
