namespace PyRepo.Packaging.Metadata;

/// <summary>The metadata found in an archive.</summary>
/// <param name="Metadata">The bytes of METADATA or PKG-INFO; null if there is none, or if it cannot be read.
/// </param>
/// <param name="MetadataPath">Its path inside the archive, or null.</param>
public sealed record ArchiveContent(byte[]? Metadata, string? MetadataPath)
{
    /// <summary>An archive without metadata.</summary>
    public static ArchiveContent WithoutMetadata { get; } = new(null, null);
}
