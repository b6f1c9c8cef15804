using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>An object of a kind that a CRD declares: its spec and status are for whoever declares it.</summary>
public sealed record CustomObject : KubernetesObject
{
    /// <summary>As it was written; undefined where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Spec { get; init; }

    /// <inheritdoc cref="Spec"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Status { get; init; }
}
