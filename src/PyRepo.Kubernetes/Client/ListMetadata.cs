namespace PyRepo.Kubernetes.Client;

/// <summary>What a list says of itself (meta/v1 ListMeta).</summary>
sealed record ListMetadata
{
    public string? ResourceVersion { get; init; }

    /// <summary>Where the next page begins; null or empty: there is none.</summary>
    public string? Continue { get; init; }
}
