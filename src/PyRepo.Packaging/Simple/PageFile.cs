using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>One file on a project's page
/// (<see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/#project-detail">project
/// detail</see>).</summary>
public sealed record PageFile
{
    /// <summary>The file name, not encoded.</summary>
    public required string FileName { get; init; }

    /// <summary>The URL of the file: encoded, absolute or relative to the page, without the hash fragment.</summary>
    public required string Url { get; init; }

    /// <summary>The file's hashes.</summary>
    public FileHashes Hashes { get; init; }

    /// <summary>The Requires-Python of its metadata, or null: if it has none, or one that is too long.</summary>
    public string? RequiresPython
    {
        get;
        init => field = value is { Length: <= PageLimits.MaxRequiresPythonLength } ? value : null;
    }

    /// <summary>Whether its metadata file is available (<see href="https://peps.python.org/pep-0658/">PEP
    /// 658</see>).</summary>
    public MetadataAvailability CoreMetadata { get; init; }

    /// <summary>Null if the file is not yanked; otherwise the reason, or empty without one
    /// (<see href="https://peps.python.org/pep-0592/">PEP 592</see>). A long one is cut off.</summary>
    public string? Yanked
    {
        get;
        init => field = ShortText.Shorten(value);
    }

    /// <summary>Its size in bytes, or null.</summary>
    public long? Size { get; init; }

    /// <summary>When it was uploaded, or null.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary>The URL of its provenance, or null (<see href="https://peps.python.org/pep-0740/">PEP
    /// 740</see>).</summary>
    public string? Provenance { get; init; }

    /// <summary>Whether it has a GPG signature; null if the page does not say.</summary>
    public bool? GpgSig { get; init; }
}

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
