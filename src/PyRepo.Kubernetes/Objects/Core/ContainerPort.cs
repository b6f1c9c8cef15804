using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Core;

public sealed record ContainerPort
{
    public required string Name { get; init; }

    [JsonPropertyName("containerPort")]
    public required int Port { get; init; }

    public string? Protocol { get; init; }
}
