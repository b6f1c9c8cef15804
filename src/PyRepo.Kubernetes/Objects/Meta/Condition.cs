using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

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

    /// <summary>A message for people.</summary>
    public string? Message { get; init; }

    [JsonIgnore]
    public bool IsTrue => Status == "True";
}
