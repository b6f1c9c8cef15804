using System.Collections.Immutable;
using PyRepo.Release.Oci;

namespace PyRepo.Release.Charts;

/// <summary>An image of a release.</summary>
/// <param name="Repository">Where it is published.</param>
/// <param name="Index">The index of its platforms.</param>
/// <param name="Platforms">Its manifests.</param>
sealed record ReleasedImage(string Repository, Descriptor Index, ImmutableArray<Descriptor> Platforms)
{
    /// <summary>Its name without the registry.</summary>
    public string Name => Repository[(Repository.LastIndexOf('/') + 1)..];

    /// <summary>The image by its digest.</summary>
    public string Reference => $"{Repository}@{Index.Digest}";
}
