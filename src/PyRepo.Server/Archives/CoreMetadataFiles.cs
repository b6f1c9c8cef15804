using System.Security.Cryptography;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Caching;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Archives;

/// <summary>The metadata files of distributions (PEP 658), taken from the archives when asked for.</summary>
/// <remarks>
/// Reading a wheel's tail costs less than keeping a second file beside each. What is served has the hash that the
/// page shows, or is not served.
/// </remarks>
sealed class CoreMetadataFiles(MemoryBudget budget)
{
    readonly BudgetedCache<Sha256Digest, byte[]> _cache = new(budget);

    /// <summary>Opens the metadata of a distribution whose bytes are given; disposes those.</summary>
    public async Task<OpenAnswer> OpenAsync(StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        await using (content)
        {
            if (!_cache.TryGet(file.Sha256!.Value, out var metadata))
            {
                metadata = await ReadAsync(content, file, cancellationToken);
                if (metadata is null || Sha256Digest.FromBytes(SHA256.HashData(metadata)) != file.CoreMetadata)
                    return new OpenAnswer.NotFound($"The metadata of '{file.Name.FileName}' can't be read from it.");
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

    static async Task<byte[]?> ReadAsync(StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return DistributionArchive.Read(stream, file.Name, strict: false, cancellationToken).Metadata;
    }
}
