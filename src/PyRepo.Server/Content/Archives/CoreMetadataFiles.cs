using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// Serves the metadata files of distributions (<see href="https://peps.python.org/pep-0658/">PEP 658</see>), and
/// extracts them from the archives on request.
/// </summary>
/// <remarks>
/// Reading the tail of a wheel costs less than storing a second file next to each one. Metadata is served only if it
/// has the hash that the page shows, and is cached by that hash.
/// </remarks>
sealed class CoreMetadataFiles(MemoryBudget budget)
{
    readonly BudgetedCache<Sha256Digest, byte[]> _cache = new(budget);

    /// <summary>Opens the metadata of a distribution from its bytes, and disposes them.</summary>
    public async Task<OpenAnswer> OpenAsync(
        StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        var metadata = await FindAsync(content, file, cancellationToken);
        if (metadata is null)
            return new OpenAnswer.NotFound($"The metadata of '{file.Name.FileName}' cannot be read from the file.");
        return new OpenAnswer.Found(new MemoryContent(metadata)
        {
            Length = metadata.Length,
            ETag = $"\"{file.CoreMetadata}\"",
            LastModified = file.UploadedAt!.Value,
        });
    }

    async Task<byte[]?> FindAsync(StoredContent content, Distribution file, CancellationToken cancellationToken)
    {
        var (sha256, hash) = (file.Sha256!.Value, file.CoreMetadata!.Value);
        if (_cache.TryGet(hash, out var cached))
        {
            await content.DisposeAsync();
            return cached;
        }
        var metadata = await MetadataWork.RunAsync(
            new Key(this, sha256), content, (bytes, budget) => ReadAsync(bytes, file, budget), cancellationToken);
        if (metadata is null || Sha256Digest.HashData(metadata) != hash)
            return null;
        _cache.Set(hash, metadata, metadata.Length + 200);
        return metadata;
    }

    static async Task<byte[]?> ReadAsync(StoredContent content, Distribution file, WorkBudget budget)
    {
        await using var stream = await content.OpenSeekableAsync(budget.Stop);
        return MetadataWork.Find(stream, file.Name, budget);
    }

    sealed record Key(CoreMetadataFiles Files, Sha256Digest Sha256) : WorkKey<byte[]?>;
}
