using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>A Secret or ConfigMap. Its values never appear in <c>ToString</c>.</summary>
public abstract record DataDocument
{
    public required ObjectMetadata Metadata { get; init; }

    public ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Data { get; init; } =
        ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>The start of the document.</summary>
    public SourcePosition Position { get; init; }
}
