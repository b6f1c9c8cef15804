using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>What objects must keep to.</summary>
public sealed record CustomResourceValidation
{
    [JsonPropertyName("openAPIV3Schema")]
    public required StructuralSchema Root { get; init; }
}
