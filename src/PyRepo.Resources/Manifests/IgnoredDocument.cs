using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>A document of a kind that PyRepo does not use.</summary>
public sealed record IgnoredDocument(string ApiVersion, string Kind, SourcePosition Position);
