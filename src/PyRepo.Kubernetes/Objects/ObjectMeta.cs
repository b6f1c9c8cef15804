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

/// <summary>An object that this one belongs to, and goes away with.</summary>
public sealed record OwnerReference
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public bool? Controller { get; init; }

    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>One condition of an object's status (API conventions; <c>kubectl wait</c> reads it).</summary>
public sealed record Condition
{
    public required string Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    public required string Status { get; init; }

    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One word in CamelCase.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for a person.</summary>
    public string? Message { get; init; }

    [JsonIgnore]
    public bool IsTrue => Status == "True";
}
