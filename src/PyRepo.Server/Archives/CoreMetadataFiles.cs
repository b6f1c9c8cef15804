using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Archives;

/// <summary>
/// Serves the metadata files of distributions (<see href="https://peps.python.org/pep-0658/">PEP 658</see>), and
/// extracts them from the archives on request.
/// </summary>
/// <remarks>
/// Reading the tail of a wheel costs less than storing a second file next to each one. Metadata is served only if it
/// has the hash that the page shows.
/// </remarks>
sealed class CoreMetadataFiles(MemoryBudget budget)
{
    readonly BudgetedCache<Sha256Digest, byte[]> _cache = new(budget);

    /// <summary>Opens the metadata of a distribution from its bytes, and disposes them.</summary>
    public async Task<OpenAnswer> OpenAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        await using (content)
        {
            if (!_cache.TryGet(file.Sha256!.Value, out var metadata))
            {
                metadata = await ArchiveSlots.Shared.ReadMetadataAsync(
                    stop => FindAsync(content, file, stop), cancellationToken);
                if (metadata is null || Sha256Digest.FromBytes(SHA256.HashData(metadata)) != file.CoreMetadata)
                    return new OpenAnswer.NotFound(
                        $"The metadata of '{file.Name.FileName}' cannot be read from the file.");
                _cache.Set(file.Sha256.Value, metadata, metadata.Length + 200);
            }
            return new OpenAnswer.Found(new MemoryContent(metadata)
            {
                Length = metadata.Length,
                ETag = $"\"{file.CoreMetadata}\"",
                LastModified = file.UploadedAt!.Value,
            });
        }
    }

    async Task<byte[]?> FindAsync(StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        // Another request may have read it while this one waited.
        if (_cache.TryGet(file.Sha256!.Value, out var metadata))
            return metadata;
        await using var stream = await content.OpenSeekableAsync(cancellationToken);
        try
        {
            return DistributionArchive.ReadMetadata(stream, file.Name, cancellationToken);
        }
        catch (ArchiveException)
        {
            return null;
        }
    }
}
