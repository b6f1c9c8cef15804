namespace PyRepo.Kubernetes.Client;

/// <summary>The metadata of a list (meta/v1 ListMeta).</summary>
sealed record ListMetadata
{
    public string? ResourceVersion { get; init; }

    /// <summary>Where the next page begins; null or empty: there is none.</summary>
    public string? Continue { get; init; }
}
