using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects;

/// <summary>What every object says of itself. managedFields are not read: they weigh more than the rest.</summary>
public sealed record ObjectMeta
{
    public string? Name { get; init; }

    public string? GenerateName { get; init; }

    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    /// <summary>Opaque; differs for each version of the object, and orders nothing.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Rises with each change of the spec.</summary>
    public long? Generation { get; init; }

    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set from the moment that somebody deleted it, while finalizers hold it.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }
}
