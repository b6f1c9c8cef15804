namespace PyRepo.Kubernetes.Objects.Crds;

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
