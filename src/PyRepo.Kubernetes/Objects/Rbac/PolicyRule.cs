using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>The verbs that are allowed on resources, or on paths that are no resources.</summary>
public sealed record PolicyRule
{
    /// <summary>The empty text is the core group.</summary>
    public IReadOnlyList<string>? ApiGroups { get; init; }

    public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>Paths of the API server, instead of resources.</summary>
    [JsonPropertyName("nonResourceURLs")]
    public IReadOnlyList<string>? NonResourceUrls { get; init; }

    /// <summary>Only the objects of these names; create can't be bound to names.</summary>
    public IReadOnlyList<string>? ResourceNames { get; init; }

    public required IReadOnlyList<string> Verbs { get; init; }
}
