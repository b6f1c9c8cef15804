using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Hosted;

/// <summary>
/// Reads distributions that arrive without an upload form. The archive's metadata determines the project; if there is
/// no metadata, the file name does.
/// </summary>
static class FoundDistribution
{
    /// <summary>Inspects a file leniently, because old distributions break many of today's rules.</summary>
    /// <exception cref="RejectedException">The file is not a distribution, or not a complete one.</exception>
    public static async Task<NewDistribution> ReadAsync(
        string fileName, Stream file, CancellationToken cancellationToken)
    {
        if (!DistributionFileName.TryParse(fileName, out var guess) || guess.PackageType is PackageType.Unknown)
            throw new RejectedException(RejectionReason.Invalid, $"'{fileName}' is not the name of a distribution.");
        var inspected = await ArchiveInspection.InspectAsync(
            file, guess, owner: null, strict: false, cancellationToken);
        return new NewDistribution
        {
            Name = GetName(fileName, guess, inspected),
            Size = file.Length,
            Sha256 = GetHash(file, cancellationToken),
            CoreMetadata = inspected.CoreMetadata,
            RequiresPython = inspected.Metadata?.RequiresPython,
            DisplayName = inspected.Metadata?.Name,
            Summary = inspected.Metadata?.Summary,
        };
    }

    static DistributionFileName GetName(string fileName, DistributionFileName guess, ArchiveInspection inspected)
    {
        if (!ProjectName.TryParse(inspected.Metadata?.Name, out var stated) || stated == guess.Project)
            return guess;
        return DistributionFileName.TryParse(fileName, stated, out var name)
            ? name
            : throw new RejectedException(
                RejectionReason.Invalid,
                $"The metadata in '{fileName}' names the project '{stated}', "
                + $"but the file name names '{guess.Project}'.");
    }

    static Sha256Digest GetHash(Stream file, CancellationToken cancellationToken)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(
            System.Security.Cryptography.HashAlgorithmName.SHA256);
        file.Position = 0;
        var buffer = new byte[256 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, read));
        }
        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }
}

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

    /// <summary>The attestations of which its provenance is to be made, and who uploads them; null if none.</summary>
    public ProvenanceBundle? Uploaded { get; init; }

    /// <summary>
    /// MD5 and BLAKE2b-256 in lower-case hexadecimal, if the upload included them and they were correct.
    /// </summary>
    public string? Md5 { get; init; }

    /// <inheritdoc cref="Md5"/>
    public string? Blake2b256 { get; init; }
}
