using System.Collections.Immutable;

namespace PyRepo.Release.Oci;

/// <summary>
/// Something in a registry that is no image
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage"/>).
/// </summary>
/// <param name="Type">Its kind; null: the media type of its config says it.</param>
/// <param name="Layers">Its content.</param>
sealed record Artifact(string? Type, params ImmutableArray<Descriptor> Layers)
{
    /// <summary>Its config; null: the empty one.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The manifest that it refers to.</summary>
    public Descriptor? Subject { get; init; }

    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = NoAnnotations;

    /// <summary>No annotations: others are added to it.</summary>
    public static ImmutableSortedDictionary<string, string> NoAnnotations { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
