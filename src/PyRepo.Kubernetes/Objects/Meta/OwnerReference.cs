using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

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
