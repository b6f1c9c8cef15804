namespace PyRepo.Kubernetes.Objects;

/// <summary>Texts under keys.</summary>
public sealed record ConfigMap : KubernetesObject
{
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Whether the API server refuses changes of the data from now on.</summary>
    public bool? Immutable { get; init; }
}
