using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>
/// The provenance that lies beside the bytes of uploaded files (
/// <see href="https://peps.python.org/pep-0740/">PEP 740</see>). It is served only if it has the digest in the record.
/// </summary>
sealed class HostedProvenance(IStore store, MemoryBudget budget)
{
    readonly BudgetedCache<string, byte[]> _cache = new(budget);
    bool _isNoted;

    /// <summary>Returns the document of a file that has one, or null if it is missing or damaged.</summary>
    public async ValueTask<byte[]?> ReadAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (_cache.TryGet(file.Provenance!, out var known))
            return known;
        if (await ReadStoredAsync(file, cancellationToken) is { } document)
        {
            _cache.Set(file.Provenance!, document, document.Length + 200);
            return document;
        }
        return null;
    }

    /// <summary>Whether a file has no provenance, or it is in the store as it was written.</summary>
    public async ValueTask<bool> IsIntactAsync(Distribution file, CancellationToken cancellationToken) =>
        file.Provenance is null || await ReadStoredAsync(file, cancellationToken) is not null;

    async Task<byte[]?> ReadStoredAsync(Distribution file, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(StorageLayout.Provenance(file.Location), cancellationToken);
        var document = content is null ? [] : await content.ReadAllAsync(cancellationToken);
        return Sha256Digest.HashData(document).ToString() == file.Provenance ? document : null;
    }

    /// <summary>Stores a document beside bytes.</summary>
    /// <param name="bytes">The key of the bytes.</param>
    /// <param name="document">The document.</param>
    public async Task StoreAsync(string bytes, byte[] document)
    {
        if (!_isNoted)
        {
            await StoreFormatFile.AddFeatureAsync(store, StoreFeature.Attestations, CancellationToken.None);
            _isNoted = true;
        }
        var key = StorageLayout.Provenance(bytes);
        await using var staged = await store.StageAsync(key, document.Length, CancellationToken.None);
        await staged.AppendAsync(document, CancellationToken.None);
        await store.CommitAsync(staged, key, WriteCondition.None, CancellationToken.None);
    }

    /// <summary>Opens the document of a file.</summary>
    public async Task<OpenAnswer> OpenAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.Provenance is null)
            return new OpenAnswer.NotFound($"No provenance available for {file.Name.FileName}");
        var document = await ReadAsync(file, cancellationToken) ?? throw new DamagedFileException(
            $"The provenance of '{file.Name.FileName}' is missing or damaged. Upload the file again, with its "
                + "attestations.");
        return new OpenAnswer.Found(new MemoryContent(document)
        {
            Length = document.Length,
            ETag = $"\"{file.Provenance}\"",
            LastModified = file.RecordedAt,
        });
    }
}
