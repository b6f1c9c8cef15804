using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects;

public sealed record EventSeries
{
    public required int Count { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset LastObservedTime { get; init; }
}
