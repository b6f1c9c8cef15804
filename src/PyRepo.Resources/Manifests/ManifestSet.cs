using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// The content of some manifests. A resource with a problem is not in <see cref="Resources"/>. If there is any
/// problem, nothing of the set should be applied.
/// </summary>
public sealed record ManifestSet
{
    public ImmutableArray<Resource> Resources { get; init; } = [];

    public FrozenDictionary<ObjectName, SecretDocument> Secrets { get; init; } =
        FrozenDictionary<ObjectName, SecretDocument>.Empty;

    public FrozenDictionary<ObjectName, ConfigMapDocument> ConfigMaps { get; init; } =
        FrozenDictionary<ObjectName, ConfigMapDocument>.Empty;

    /// <summary>The invalid documents. They are in none of the other collections.</summary>
    public FrozenSet<(string Kind, ObjectName Name)> Broken { get; init; } = FrozenSet<(string, ObjectName)>.Empty;

    /// <summary>All problems, in the order of the sources.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Files that were skipped although they cannot be read, because they belong to other programs.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];

    /// <summary>Documents of other kinds, such as an Ingress in the same folder.</summary>
    public ImmutableArray<IgnoredDocument> Ignored { get; init; } = [];
}
