using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Repositories;

/// <summary>One file of a release, with all that a page says of it.</summary>
public sealed record Distribution
{
    /// <summary>Its name, and what the name says.</summary>
    public required DistributionFileName Name { get; init; }

    /// <summary>Its size in bytes; null where upstream does not tell, and the file is not kept yet.</summary>
    public required long? Size { get; init; }

    /// <summary>The SHA-256 of its bytes; null where upstream does not tell, and the file is not kept yet.</summary>
    public required Sha256Digest? Sha256 { get; init; }

    /// <summary>The strongest other digest that upstream tells, where it tells no SHA-256.</summary>
    public FileHashes OtherHashes { get; init; }

    /// <summary>The SHA-256 of its core metadata file, where it is offered (PEP 658).</summary>
    public Sha256Digest? CoreMetadata { get; init; }

    /// <summary>Its MD5 and BLAKE2b-256 in hexadecimal, where an uploader gave them.</summary>
    public string? Md5 { get; init; }

    /// <inheritdoc cref="Md5"/>
    public string? Blake2b256 { get; init; }

    /// <summary>Its <c>Requires-Python</c>.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>When it was uploaded to where it came from; null where upstream does not tell.</summary>
    public required DateTimeOffset? UploadedAt { get; init; }

    /// <summary>Null: not yanked; else the reason, which may be empty (PEP 592).</summary>
    public string? Yanked { get; init; }

    /// <summary>Where its repository keeps the bytes; means nothing to others.</summary>
    public required string Location { get; init; }

    /// <summary>When the file of <see cref="Location"/> was last changed, where others may change it; else null.</summary>
    public DateTimeOffset? FileTime { get; init; }

    /// <summary>The order of a page: versions that are none come first, then rising versions; within one, by name.</summary>
    public static Comparer<Distribution> PageOrder { get; } = Comparer<Distribution>.Create((a, b) =>
    {
        var order = Comparer<PythonVersion?>.Default.Compare(a.Name.Version, b.Name.Version);
        if (order == 0 && a.Name.Version is null)
            order = string.CompareOrdinal(a.Name.VersionText, b.Name.VersionText);
        return order != 0 ? order : string.CompareOrdinal(a.Name.FileName, b.Name.FileName);
    });
}
