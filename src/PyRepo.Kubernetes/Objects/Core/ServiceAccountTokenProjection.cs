namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>A token of the pod's ServiceAccount for somebody outside the cluster.</summary>
public sealed record ServiceAccountTokenProjection
{
    /// <summary>For whom it is.</summary>
    public required string Audience { get; init; }

    public long? ExpirationSeconds { get; init; }

    public required string Path { get; init; }
}
