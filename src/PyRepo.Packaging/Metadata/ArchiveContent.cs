namespace PyRepo.Packaging.Metadata;

/// <summary>What was found in an archive.</summary>
/// <param name="Metadata">The bytes of METADATA or PKG-INFO; null where there is none, or where it cannot be read.
/// </param>
/// <param name="MetadataPath">Its path inside the archive, or null.</param>
public sealed record ArchiveContent(byte[]? Metadata, string? MetadataPath)
{
    /// <summary>An archive without metadata.</summary>
    public static ArchiveContent WithoutMetadata { get; } = new(null, null);
}
