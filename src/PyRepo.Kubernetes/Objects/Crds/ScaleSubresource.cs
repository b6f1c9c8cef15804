namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>Where <c>/scale</c> finds its numbers, for <c>kubectl scale</c> and autoscalers.</summary>
public sealed record ScaleSubresource
{
    public required string SpecReplicasPath { get; init; }

    public required string StatusReplicasPath { get; init; }

    /// <summary>A label selector as text: without it no autoscaler works.</summary>
    public string? LabelSelectorPath { get; init; }
}
