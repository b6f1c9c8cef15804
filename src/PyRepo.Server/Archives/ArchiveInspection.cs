using Microsoft.Win32.SafeHandles;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Archives;

/// <summary>What a distribution's archive says of itself.</summary>
/// <param name="Metadata">Its metadata; null where it has none.</param>
/// <param name="CoreMetadata">The digest of its metadata file, for wheels, whose metadata are offered beside them.</param>
sealed record ArchiveInspection(CoreMetadata? Metadata, Sha256Digest? CoreMetadata)
{
    /// <summary>Opens a local file as the archive that its name says it is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="strict">For uploads: refuse also what no installer could use.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RejectedException">It is not a sound archive.</exception>
    public static ArchiveInspection Inspect(
        SafeFileHandle file, long length, DistributionFileName name, bool strict, CancellationToken cancellationToken)
    {
        using var stream = new FileSectionStream(file, 0, length);
        try
        {
            var bytes = DistributionArchive.Read(stream, name, strict, cancellationToken).Metadata;
            if (bytes is null)
                return new ArchiveInspection(null, null);
            return new ArchiveInspection(
                Packaging.Metadata.CoreMetadata.Parse(bytes),
                name.PackageType is PackageType.Wheel ? Sha256Digest.HashData(bytes) : null);
        }
        catch (ArchiveException error)
        {
            throw new RejectedException(RejectionReason.Invalid, error.Message);
        }
    }
}
