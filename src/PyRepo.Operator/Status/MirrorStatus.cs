using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Status;

/// <summary>How far a mirror is.</summary>
public sealed record MirrorStatus
{
    public required int ProjectsDone { get; init; }

    public required int ProjectsTotal { get; init; }

    [JsonConverter(typeof(SecondsTimeConverter))]
    public DateTimeOffset? LastSync { get; init; }
}
