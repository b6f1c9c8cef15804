using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Archives;

/// <summary>The facts that a distribution's archive states about itself.</summary>
/// <param name="Metadata">Its metadata, or null if it has none.</param>
/// <param name="CoreMetadata">
/// The digest of its metadata file. Only wheels have one, because only their metadata is offered separately.
/// </param>
sealed record ArchiveInspection(CoreMetadata? Metadata, Sha256Digest? CoreMetadata)
{
    /// <summary>Opens a file as the type of archive that its name indicates.</summary>
    /// <param name="file">The file, which can seek.</param>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Whose it is, if it arrives by a request.</param>
    /// <param name="strict">Whether to also reject archives that no installer could use; true for uploads.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RejectedException">The file is not a valid archive.</exception>
    public static Task<ArchiveInspection> InspectAsync(
        Stream file, DistributionFileName name, object? owner, bool strict,
        CancellationToken cancellationToken) =>
        ArchiveSlots.Shared.InspectAsync(
            owner,
            file.Length,
            budget => Task.FromResult(budget.Compute(() => Inspect(file, name, strict, budget))),
            cancellationToken);

    static ArchiveInspection Inspect(Stream file, DistributionFileName name, bool strict, WorkBudget budget)
    {
        using var stream = new ChargedStream(file, budget);
        try
        {
            var bytes = DistributionArchive.Read(stream, name, strict, budget.Stop).Metadata;
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
