using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>
/// The part of a definition that says in which version an API server stores objects, and in which it ever did. The
/// schemas take much more memory.
/// </summary>
/// <remarks>
/// See <see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/">
/// Versions in CustomResourceDefinitions</see>.
/// </remarks>
public sealed record StoredVersions : KubernetesObject
{
    public StoredVersionsSpec? Spec { get; init; }

    public StoredVersionsStatus? Status { get; init; }

    /// <summary>The version in which objects are stored now; null: none is named.</summary>
    [JsonIgnore]
    public string? Current => Spec?.Versions?.FirstOrDefault(version => version.Storage)?.Name;

    /// <summary>Whether some objects may still be stored in another version.</summary>
    [JsonIgnore]
    public bool HasOthers =>
        Current is { } current && Status?.StoredVersions?.Any(version => version != current) is true;
}

public sealed record StoredVersionsSpec
{
    public IReadOnlyList<StoredVersion>? Versions { get; init; }
}

public sealed record StoredVersion
{
    public string? Name { get; init; }

    public bool Storage { get; init; }
}

public sealed record StoredVersionsStatus
{
    public IReadOnlyList<string>? StoredVersions { get; init; }
}
