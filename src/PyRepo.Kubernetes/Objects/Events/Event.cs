using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Events;

/// <summary>Something that happened to an object (events.k8s.io/v1).</summary>
public sealed record Event : KubernetesObject
{
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }

    public EventSeries? Series { get; init; }

    public string? ReportingController { get; init; }

    public string? ReportingInstance { get; init; }

    public string? Action { get; init; }

    public string? Reason { get; init; }

    public ObjectReference? Regarding { get; init; }

    public string? Note { get; init; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }
}

public sealed record EventSeries
{
    public required int Count { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset LastObservedTime { get; init; }
}
