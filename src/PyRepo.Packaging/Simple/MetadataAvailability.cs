using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>Whether a metadata file is available for a file (<see href="https://peps.python.org/pep-0658/">PEP
/// 658</see>, <see href="https://peps.python.org/pep-0714/">PEP 714</see>): none, one without a hash, or one with its
/// SHA-256. The default value is none.</summary>
public readonly record struct MetadataAvailability
{
    MetadataAvailability(bool isPresent, Sha256Digest? sha256) => (IsPresent, Sha256) = (isPresent, sha256);

    /// <summary>There is none.</summary>
    public static MetadataAvailability None => default;

    /// <summary>A metadata file without a known hash.</summary>
    public static MetadataAvailability WithoutHash => new(true, null);

    /// <summary>Whether there is a metadata file.</summary>
    public bool IsPresent { get; }

    /// <summary>The SHA-256 of the metadata file, or null if it is unknown.</summary>
    public Sha256Digest? Sha256 { get; }

    /// <summary>Creates a metadata file with a known SHA-256.</summary>
    public static MetadataAvailability WithHash(Sha256Digest sha256) => new(true, sha256);
}
