using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects;

public sealed record LeaseSpec
{
    /// <summary>Empty: nobody.</summary>
    public string? HolderIdentity { get; init; }

    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }
}
