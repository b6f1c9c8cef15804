namespace PyRepo.Packaging.Simple;

/// <summary>One file of a project's page.</summary>
public sealed record PageFile
{
    /// <summary>The file name, not encoded.</summary>
    public required string FileName { get; init; }

    /// <summary>Where the file is: absolute, or relative to the page; encoded, without the hash fragment.</summary>
    public required string Url { get; init; }

    /// <summary>The file's hashes.</summary>
    public FileHashes Hashes { get; init; }

    /// <summary>The Requires-Python of its metadata, or null.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Whether its metadata can be had beside it (PEP 658).</summary>
    public MetadataAvailability CoreMetadata { get; init; }

    /// <summary>Null where it is not yanked (PEP 592); else the reason, empty where none is given.</summary>
    public string? Yanked { get; init; }

    /// <summary>Its size in bytes, or null.</summary>
    public long? Size { get; init; }

    /// <summary>When it was uploaded, or null.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary>The URL of its provenance (PEP 740), or null.</summary>
    public string? Provenance { get; init; }

    /// <summary>Whether a signature lies beside it; null where nothing is said.</summary>
    public bool? GpgSig { get; init; }
}
