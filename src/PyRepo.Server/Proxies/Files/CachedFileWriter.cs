using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>Makes a downloaded file one of the cached ones, once its bytes are verified.</summary>
sealed class CachedFileWriter(
    IStore store, ProjectRecords records, CachedFiles cachedFiles, TimeProvider clock, ILogger logger,
    CancellationToken stopping)
{
    /// <summary>
    /// Called when the bytes of a file are verified and recorded, with the hash of its metadata, if any.
    /// </summary>
    public Func<Distribution, Sha256Digest?, Task>? Verified { get; set; }

    /// <summary>Makes the bytes of a download visible in the record, and registers them.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream sends other bytes than before.</exception>
    public async Task WriteAsync(
        Distribution file, Sha256Digest sha256, SharedDownload download, StagedObject staged)
    {
        var size = staged.Length;
        var inspected = await InspectAsync(file, staged);
        var id = staged.Key
            ?? StorageLayout.Bytes(file.Name.Project, BlobId.New(records.GetUtcNow()), file.Name.FileName);
        staged.Durability = CommitDurability.BytesWithKey; // The record refers to the key, afterwards.
        await store.CommitAsync(staged, id, WriteCondition.Absent, CancellationToken.None);
        var now = clock.GetUtcNow();
        var entry = new ProjectEvent
        {
            Event = ProjectEventKind.Cached,
            At = now,
            By = "cache",
            File = file.Name.FileName,
            Key = id,
            Size = size,
            Sha256 = sha256.ToString(),
            CoreMetadata = inspected?.CoreMetadata?.ToString(),
            RequiresPython = file.RequiresPython,
            Name = ProjectEvent.GetSpelling(file.Name.Project, inspected?.Metadata?.Name),
            Summary = inspected?.Metadata?.Summary,
            Uploaded = file.UploadedAt,
        };
        var (rejected, replaced) = await RecordAsync(file, sha256, entry);
        if (replaced is { Location: { } location, Size: var bytes })
            await cachedFiles.DropReplacedAsync(location, bytes);
        if (rejected)
            throw new UpstreamUnavailableException(
                $"Upstream sends other bytes for '{file.Name.FileName}' than it did before.");
        if (await records.FindListedAsync(file.Name.Project, CancellationToken.None) is { } record)
        {
            await record.ReadAsync(history =>
            {
                // Its bytes must not count twice at any time: others would be evicted.
                download.ReleaseSpace();
                if (history.FindVisible(file.Name.FileName) is { } cachedFile)
                    cachedFiles.Register(file.Name.Project, cachedFile, now);
                return true;
            }, CancellationToken.None);
        }
        if (Verified is { } verified)
            await verified(file, inspected?.CoreMetadata);
        Log.Cached(logger, file.Name.FileName, size);
    }

    /// <summary>Makes the bytes of an event visible. If that fails, they are deleted.</summary>
    /// <returns>
    /// Whether upstream sent other bytes than before, and the bytes that are no longer visible, if any, with their number
    /// if they were.
    /// </returns>
    async Task<(bool Rejected, (string? Location, long Size) Replaced)> RecordAsync(
        Distribution file, Sha256Digest sha256, ProjectEvent cached)
    {
        try
        {
            return await records.GetOrCreate(file.Name.Project).ChangeAsync(history =>
            {
                var before = history.FindVisible(file.Name.FileName);
                var past = history.Find(file.Name);
                // If upstream provides no SHA-256, the first bytes are decisive, whatever it sends later under the same
                // name.
                return file.Sha256 is null && past is not null && past.LastSha256 != sha256
                    ? new Change<(bool, (string?, long))>((true, (cached.Key, 0)), [])
                    : new Change<(bool, (string?, long))>((false, (before?.Location, before?.Size ?? 0)), [cached]);
            });
        }
        catch (StoreFullException) when (store.Traits.IsLocal)
        {
            await store.DeleteAsync(cached.Key!, CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Reads a wheel's metadata, which is offered from the next refresh on even if upstream does not offer it.
    /// </summary>
    async Task<ArchiveInspection?> InspectAsync(Distribution file, StagedObject staged)
    {
        if (file.Name.PackageType is not PackageType.Wheel)
            return null;
        try
        {
            await using var bytes = staged.OpenRead();
            return await ArchiveInspection.InspectAsync(
                bytes, file.Name, owner: store, strict: false, stopping);
        }
        catch (RejectedException error)
        {
            Log.NoMetadata(logger, file.Name.FileName, error.Message);
            return null;
        }
    }
}
