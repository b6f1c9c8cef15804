using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Digests;

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

    /// <summary>
    /// The digest of the whole object, where an informer keeps only a part of it; null: this is the whole object, or of
    /// a part that is kept nothing else is known.
    /// </summary>
    [JsonIgnore]
    public ObjectDigest? Digest { get; init; }

    /// <summary>Where it is.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");
}

/// <summary>The name of an object of a known kind; the namespace is empty where the kind has none.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
