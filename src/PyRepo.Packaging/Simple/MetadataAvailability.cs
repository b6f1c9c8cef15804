using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>What a page says of a file's metadata (PEP 658 and 714): none beside the file, one without a hash, or one
/// with its SHA-256. The default value is none.</summary>
public readonly record struct MetadataAvailability
{
    MetadataAvailability(bool isPresent, Sha256Digest? sha256) => (IsPresent, Sha256) = (isPresent, sha256);

    /// <summary>There is none.</summary>
    public static MetadataAvailability None => default;

    /// <summary>There is one, its hash is not known.</summary>
    public static MetadataAvailability WithoutHash => new(true, null);

    /// <summary>Whether there is one.</summary>
    public bool IsPresent { get; }

    /// <summary>Its SHA-256; null where it is not known, or where there is none.</summary>
    public Sha256Digest? Sha256 { get; }

    /// <summary>There is one with this SHA-256.</summary>
    public static MetadataAvailability WithHash(Sha256Digest sha256) => new(true, sha256);
}
