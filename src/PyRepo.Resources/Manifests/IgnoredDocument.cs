using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>A document that says nothing to PyRepo.</summary>
public sealed record IgnoredDocument(string ApiVersion, string Kind, SourcePosition Position);
