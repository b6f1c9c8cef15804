using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>Declares a kind to the API (<c>apiextensions.k8s.io/v1</c>).</summary>
public sealed record CustomResourceDefinition : KubernetesObject
{
    public required CustomResourceDefinitionSpec Spec { get; init; }
}

/// <summary>The content of a definition.</summary>
public sealed record CustomResourceDefinitionSpec
{
    public required string Group { get; init; }

    public required CustomResourceNames Names { get; init; }

    /// <summary>Namespaced or Cluster.</summary>
    public required string Scope { get; init; }

    public required IReadOnlyList<CustomResourceVersion> Versions { get; init; }
}

/// <summary>The names of a kind.</summary>
public sealed record CustomResourceNames
{
    public required string Kind { get; init; }

    public required string ListKind { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    /// <summary>For people at kubectl.</summary>
    public IReadOnlyList<string>? ShortNames { get; init; }

    /// <summary>Words that <c>kubectl get</c> takes for several kinds at once.</summary>
    public IReadOnlyList<string>? Categories { get; init; }
}
