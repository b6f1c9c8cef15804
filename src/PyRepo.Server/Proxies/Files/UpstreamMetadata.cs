using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// The metadata files of upstream's distributions. They are fetched on request, cached, and served only if they have
/// the hash on the page.
/// </summary>
sealed class UpstreamMetadata(UpstreamDocuments documents, ILogger logger)
{
    /// <summary>Opens the metadata of a file, or returns null if upstream does not provide it.</summary>
    public async Task<FileContent?> OpenAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.CoreMetadata is not { } sha256)
            return null;
        var bytes = await documents.GetAsync(
            StorageLayout.UpstreamMetadata(file.Name.Project, sha256),
            stored => Sha256Digest.HashData(stored) == sha256, () => FetchAsync(file, sha256), cancellationToken);
        if (bytes is null)
            return null;
        return new MemoryContent(bytes)
        {
            Length = bytes.Length,
            ETag = $"\"{sha256}\"",
            LastModified = file.UploadedAt ?? DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>Keeps metadata that was read from the file itself.</summary>
    public Task KeepAsync(Distribution file, byte[] bytes) => documents.KeepAsync(
        StorageLayout.UpstreamMetadata(file.Name.Project, Sha256Digest.HashData(bytes)), bytes);

    async Task<byte[]?> FetchAsync(Distribution file, Sha256Digest sha256)
    {
        try
        {
            var url = new UriBuilder(file.Location);
            url.Path += ".metadata";
            var bytes = await documents.FetchAsync(url.Uri, file.Name.Project, CoreMetadata.MaxLength);
            if (bytes is not null && Sha256Digest.HashData(bytes) == sha256)
                return bytes;
            Log.NoMetadata(logger, file.Name.FileName, "it does not have the hash on upstream's page");
            return null;
        }
        // The wheel has it, too, but is no way around an upstream that is busy.
        catch (Exception error) when (error is IOException or InvalidDataException or HttpRequestException
            or OperationCanceledException
            or UpstreamUnavailableException { IsRejection: false })
        {
            Log.NoMetadata(
                logger, file.Name.FileName, (error as UpstreamUnavailableException)?.Detail ?? error.Message);
            return null;
        }
    }
}
