using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>
/// The metadata of every object
/// (<see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">ObjectMeta</see>).
/// managedFields are not read: they take more memory than the rest.
/// </summary>
public sealed record ObjectMeta
{
    public string? Name { get; init; }

    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    /// <summary>Opaque; differs for each version of the object, and orders nothing.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Rises with each change of the spec.</summary>
    public long? Generation { get; init; }

    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once somebody deleted it, while finalizers keep it.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>The owner that manages this object; null: none.</summary>
    [JsonIgnore]
    public OwnerReference? Controller => OwnerReferences?.FirstOrDefault(owner => owner.Controller is true);
}

/// <summary>An object that this one belongs to, and goes away with.</summary>
public sealed record OwnerReference
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public bool? Controller { get; init; }

    public bool? BlockOwnerDeletion { get; init; }

    /// <summary>
    /// The owner's API group. The version is only the one that the owner was read in: it does not identify the owner.
    /// </summary>
    [JsonIgnore]
    public string Group => ApiVersion.Split('/') is [var group, _] ? group : "";
}
