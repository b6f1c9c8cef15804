using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;

namespace PyRepo.Server.Hosted;

/// <summary>A distribution that has been inspected and may be added to a repository.</summary>
sealed record NewDistribution
{
    public required DistributionFileName Name { get; init; }

    public required long Size { get; init; }

    public required Sha256Digest Sha256 { get; init; }

    /// <summary>The SHA-256 of a wheel's METADATA file.</summary>
    public Sha256Digest? CoreMetadata { get; init; }

    public string? RequiresPython { get; init; }

    /// <summary>When it was uploaded to another repository before, or null.</summary>
    public DateTimeOffset? UploadedAt { get; init; }

    /// <summary>The project's name as the metadata spells it.</summary>
    public string? DisplayName { get; init; }

    /// <inheritdoc cref="ProjectEvent.Summary"/>
    public string? Summary { get; init; }

    /// <summary>Its provenance, a document of PEP 740, or null.</summary>
    public byte[]? Provenance { get; init; }

    /// <summary>
    /// MD5 and BLAKE2b-256 in lower-case hexadecimal, if the upload included them and they were correct.
    /// </summary>
    public string? Md5 { get; init; }

    /// <inheritdoc cref="Md5"/>
    public string? Blake2b256 { get; init; }
}
