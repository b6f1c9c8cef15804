using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>
/// An object of any kind. Kinds are records with the fields that are used; what they lack is not read.
/// </summary>
public abstract record KubernetesObject
{
    [JsonPropertyOrder(-3)]
    public string? ApiVersion { get; init; }

    [JsonPropertyOrder(-2)]
    public string? Kind { get; init; }

    [JsonPropertyOrder(-1)]
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Where it is.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");
}
