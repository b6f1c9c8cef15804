namespace PyRepo.Kubernetes.Crds;

/// <summary>That <c>/status</c> is written apart: its being there says it.</summary>
public sealed record StatusSubresource;
