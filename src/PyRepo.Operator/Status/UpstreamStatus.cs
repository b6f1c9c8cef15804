using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Status;

/// <summary>The state of a proxy's upstream.</summary>
public sealed record UpstreamStatus
{
    public required bool Reachable { get; init; }

    /// <summary>When it last answered. While it is reachable, this may be four hours behind.</summary>
    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? LastSuccess { get; init; }
}
