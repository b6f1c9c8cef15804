using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// The provenance of upstream's distributions (<see href="https://peps.python.org/pep-0740/">PEP 740</see>). It is
/// fetched on request and cached. Nothing vouches for it but its signatures, which clients verify.
/// </summary>
sealed class UpstreamProvenance(UpstreamDocuments documents, ILogger logger)
{
    /// <summary>Opens the provenance of a file, or returns null if it has none.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide it at the moment.</exception>
    public async Task<FileContent?> OpenAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.Provenance is not { } url)
            return null;
        var key = StorageLayout.UpstreamProvenance(
            file.Name.Project, Sha256Digest.HashData(Encoding.UTF8.GetBytes($"{url} {file.Sha256}")));
        var bytes = await documents.GetAsync(
            key, stored => Provenance.IsValid(stored), () => FetchToKeepAsync(file, new Uri(url)), cancellationToken);
        if (bytes is null)
            return null;
        return new MemoryContent(bytes)
        {
            Length = bytes.Length,
            ETag = $"\"{Sha256Digest.HashData(bytes)}\"",
            LastModified = file.UploadedAt ?? DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>Fetches the provenance of a file, which is not kept.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide it in time.</exception>
    public async Task<byte[]> FetchAsync(Distribution file)
    {
        using var limit = new CancellationTokenSource(ServerLimits.MaxProvenanceTime);
        try
        {
            return await documents.DownloadAsync(
                new Uri(file.Provenance!), file.Name.Project, ServerLimits.MaxProvenanceLength, limit.Token)
                ?? throw IsNone(file);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or HttpRequestException
            or OperationCanceledException)
        {
            throw BrokeOff(file, error);
        }
    }

    /// <summary>Fetches a file's provenance, unless it has none or it is cached. The file is of use without.</summary>
    public async Task KeepAsync(Distribution file, CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(file, cancellationToken);
        }
        catch (UpstreamUnavailableException error)
        {
            Log.NoProvenance(logger, file.Name.FileName, error.Detail);
        }
    }

    async Task<byte[]?> FetchToKeepAsync(Distribution file, Uri url)
    {
        try
        {
            return await documents.FetchAsync(url, file.Name.Project, ServerLimits.MaxProvenanceLength) is { } bytes
                && Provenance.IsValid(bytes)
                    ? bytes
                    : throw IsNone(file);
        }
        catch (UpstreamUnavailableException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or HttpRequestException
            or OperationCanceledException)
        {
            throw BrokeOff(file, error);
        }
    }

    /// <summary>A document that is none may be a page of a server in between: upstream has the right one.</summary>
    public static UpstreamUnavailableException IsNone(Distribution file) =>
        new($"Upstream's provenance of '{file.Name.FileName}' is no document of PEP 740.");

    static UpstreamUnavailableException BrokeOff(Distribution file, Exception error) =>
        new($"Upstream's provenance of '{file.Name.FileName}' broke off: {error.Message}");
}
