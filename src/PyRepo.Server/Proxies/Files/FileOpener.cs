using PyRepo.Egress;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Files;

/// <summary>Opens files of upstream: cached ones, and ones that arrive meanwhile.</summary>
sealed class FileOpener(
    FileFetcher files, CachedFiles cachedFiles, UpstreamMetadata upstreamMetadata,
    UpstreamProvenance upstreamProvenance, CoreMetadataFiles ownMetadata, TimeProvider clock)
{
    /// <summary>Fetches a file, its metadata and its provenance, unless they are cached.</summary>
    /// <returns>The number of bytes, or null if the file was cached.</returns>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide it, or there is no room.</exception>
    public async Task<long?> KeepAsync(Distribution file, CancellationToken cancellationToken)
    {
        var isCached = await files.FindCachedAsync(file, cancellationToken) is not null;
        if (!isCached)
            await files.FetchAsync(file, cancellationToken);
        if (await files.FindCachedAsync(file, cancellationToken) is not { } cached)
            throw new UpstreamUnavailableException("It could not be cached; the log says why.");
        if (file.CoreMetadata is not null && cached.CoreMetadata != file.CoreMetadata)
            await upstreamMetadata.OpenAsync(file, cancellationToken);
        await upstreamProvenance.KeepAsync(file, cancellationToken);
        return isCached ? null : cached.Size;
    }

    /// <summary>Opens the metadata of a file, from upstream or from the file itself.</summary>
    public async Task<OpenAnswer> OpenMetadataAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.CoreMetadata is null)
            return new OpenAnswer.NotFound($"'{file.Name.FileName}' has no metadata file.");
        if (await files.FindCachedAsync(file, cancellationToken) is { } cached
            && cached.CoreMetadata == file.CoreMetadata
            && await cachedFiles.OpenPartsAsync(cached.Location, cancellationToken) is { } content)
        {
            return await ownMetadata.OpenAsync(content, cached, cancellationToken);
        }
        if (await upstreamMetadata.OpenAsync(file, cancellationToken) is { } metadata)
            return new OpenAnswer.Found(metadata) { Cache = CacheOutcome.Miss };
        if (!files.CachesFiles)
            return new OpenAnswer.NotFound($"Upstream does not provide the metadata of '{file.Name.FileName}'.");
        // Upstream lists the metadata but does not provide it. It is in the wheel.
        await using (await files.OpenWholeAsync(file, cancellationToken))
        {
            return await files.FindCachedAsync(file, cancellationToken) is { } fetched
                && fetched.CoreMetadata == file.CoreMetadata
                && await cachedFiles.OpenPartsAsync(fetched.Location, cancellationToken) is { } bytes
                    ? await ownMetadata.OpenAsync(bytes, fetched, cancellationToken)
                    : new OpenAnswer.NotFound(
                        $"The metadata of '{file.Name.FileName}' does not match the hash on upstream's page.");
        }
    }

    /// <summary>Opens the provenance of a file.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide it at the moment.</exception>
    public async Task<OpenAnswer> OpenProvenanceAsync(Distribution file, CancellationToken cancellationToken) =>
        await upstreamProvenance.OpenAsync(file, cancellationToken) is { } provenance
            ? new OpenAnswer.Found(provenance)
            : new OpenAnswer.NotFound($"No provenance available for {file.Name.FileName}");

    /// <summary>Opens a cached file, or joins its download.</summary>
    public async Task<OpenAnswer> OpenBytesAsync(
        Distribution file, bool isForAllBytes, CancellationToken cancellationToken)
    {
        var isYanked = file.Yanked is not null;
        DownloadReader? reader;
        do
        {
            if (await files.FindCachedAsync(file, cancellationToken) is { } cached)
            {
                if (await cachedFiles.OpenAsync(cached, isForAllBytes, cancellationToken) is { } content)
                    return new OpenAnswer.Found(content) { Cache = CacheOutcome.Hit, IsYanked = isYanked };
                await cachedFiles.DropAsync(cached);
            }
            if (file.RemovedAt is not null)
                return new OpenAnswer.NotFound($"Upstream removed '{file.Name.FileName}', and it is no longer cached.");
            reader = await files.JoinAsync(file, cancellationToken);
        }
        while (reader is null);
        try
        {
            // Without a length, the response cannot start: the length is known only when the whole file is there. Small
            // files are waited for, so that a wrong one is rejected with a message. Clients retry if a connection just
            // ends.
            if (reader.Download.Length is null or <= SharedDownload.MaxVerifiedFirst)
                await reader.Download.Outcome.WaitAsync(cancellationToken);
            return new OpenAnswer.Found(GetContent(file, reader))
            {
                Cache = CacheOutcome.Miss,
                IsYanked = isYanked,
            };
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    DownloadContent GetContent(Distribution file, DownloadReader reader) => new(reader)
    {
        Length = reader.Download.Length!.Value,
        ETag = file.Sha256 is { } sha256 ? $"\"{sha256}\"" : $"\"{Guid.NewGuid():N}\"",
        LastModified = file.UploadedAt ?? clock.GetUtcNow(),
    };
}
