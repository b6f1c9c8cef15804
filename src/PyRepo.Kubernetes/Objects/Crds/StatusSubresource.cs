namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>
/// Makes <c>/status</c> a subresource, which is written separately. It has no fields: it is there or not.
/// </summary>
public sealed record StatusSubresource;
