using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// A document that PyRepo does not use. Version and kind are empty if it is no Kubernetes object at all, such as the
/// values of a Helm chart.
/// </summary>
public sealed record IgnoredDocument(string ApiVersion, string Kind, SourcePosition Position);
