using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Archives;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>
/// Fetches files from upstream. Concurrent requests for a file share one download. Files that pass verification are
/// cached.
/// </summary>
sealed class FileFetcher(
    SimpleClient upstream, IStore store, ProjectRecords records, CachedFiles cachedFiles, TimeProvider clock,
    ILogger logger,
    CancellationToken stopping)
{
    readonly ConcurrentDictionary<string, Lazy<Task<SharedDownload?>>> _running = new(StringComparer.Ordinal);

    /// <summary>Whether files are cached.</summary>
    public bool CachesFiles { get; set; } = true;

    /// <summary>The maximum size of the cache in bytes.</summary>
    public long MaxSize { get; set; } = long.MaxValue;

    /// <summary>Joins the download of a file, or starts it. The caller releases the result.</summary>
    /// <returns>The download, or null if another download cached the file since the caller checked.</returns>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide the file.</exception>
    public async Task<SharedDownload?> JoinAsync(Distribution file, CancellationToken cancellationToken)
    {
        var key = $"{file.Location} {file.Sha256}";
        while (true)
        {
            var own = new Lazy<Task<SharedDownload?>>(() => StartAsync(key, file));
            var started = _running.GetOrAdd(key, own);
            try
            {
                var download = await started.Value.WaitAsync(cancellationToken);
                // The caller that starts a download uses it from the beginning. The download may have ended by now.
                if (download is null || started == own || download.TryUse())
                    return download;
                _running.TryRemove(new(key, started));
            }
            catch (OperationCanceledException) when (started == own && cancellationToken.IsCancellationRequested)
            {
                _ = started.Value.ContinueWith(
                    static t => t is { IsCompletedSuccessfully: true, Result: { } download }
                        ? download.ReleaseAsync().AsTask() : Task.CompletedTask, TaskScheduler.Default);
                throw;
            }
        }
    }

    async Task<SharedDownload?> StartAsync(string key, Distribution file)
    {
        try
        {
            // A previous download ends only after its cached file is in the record.
            if (await FindCachedAsync(file, stopping) is not null)
            {
                _running.TryRemove(key, out _);
                return null;
            }
            var download = await OpenAsync(file);
            // In the background: as long as upstream's bytes arrive without delay, it would not return.
            _ = Task.Run(() => FinishAsync(key, file, download));
            return download;
        }
        catch
        {
            _running.TryRemove(key, out _);
            throw;
        }
    }

    async Task<SharedDownload> OpenAsync(Distribution file)
    {
        var before = await LastSha256Async(file);
        // This is independent of the request: it continues when the first client disconnects.
        var response = await upstream.OpenFileAsync(
            new Uri(file.Location), file.Name.Project, HttpMethod.Get, 0, stopping);
        var length = response.Content.Headers.ContentLength ?? file.Size;
        if (file.Size is { } promised && length != promised)
        {
            response.Dispose();
            throw new UpstreamUnavailableException(
                $"Upstream has {length} bytes for '{file.Name.FileName}', but its page promises {promised}.");
        }
        var staged = await StageAsync(response, length);
        return new SharedDownload(response, staged, new FileDigest(file, before), length);
    }

    /// <summary>
    /// Finds the cached file with the bytes that upstream's page declares. Returns null if there is none.
    /// </summary>
    public async Task<Distribution?> FindCachedAsync(Distribution file, CancellationToken cancellationToken) =>
        records.Find(file.Name.Project) is { } record
            ? await record.ReadAsync(
                history => history.FindVisible(file.Name.FileName) is { } cached
                    && (file.Sha256 is null || cached.Sha256 == file.Sha256)
                    ? cached
                    : null,
                cancellationToken)
            : null;

    /// <summary>Returns the SHA-256 that a file had when it was last cached.</summary>
    async Task<Sha256Digest?> LastSha256Async(Distribution file) => records.Find(file.Name.Project) is { } record
        ? await record.ReadAsync(history => history.Find(file.Name)?.LastSha256, stopping)
        : null;

    /// <summary>Whether to cache a file. One that is larger than the whole cache would only evict all others.</summary>
    bool MayCache(long bytes) => CachesFiles && bytes <= MaxSize;

    async Task<StagedObject> StageAsync(HttpResponseMessage response, long? length)
    {
        try
        {
            if (length is { } bytes && MayCache(bytes))
                await cachedFiles.EvictAsync(MaxSize - bytes);
            return await store.StageAsync(length, stopping);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    async Task FinishAsync(string key, Distribution file, SharedDownload download)
    {
        await download.RunAsync(upstream.Timeout, stopping);
        try
        {
            var sha256 = await download.Outcome;
            if (MayCache(download.Staged.Length))
                await CacheAsync(file, sha256, download);
        }
        catch (Exception error)
        {
            // No caller waits for this, so errors that are not logged here are lost.
            Log.NotCached(logger, file.Name.FileName, error.Message);
        }
        finally
        {
            // From here on, a new request opens the cached file or starts a new download.
            _running.TryRemove(key, out _);
            download.Settle();
            await download.ReleaseAsync();
        }
    }

    async Task CacheAsync(Distribution file, Sha256Digest sha256, SharedDownload download)
    {
        var size = download.Staged.Length;
        var inspected = await InspectAsync(file, download.Staged);
        var id = StorageLayout.Bytes(file.Name.Project, BlobId.New(clock.GetUtcNow()), file.Name.FileName);
        await store.CommitAsync(download.Staged, id, WriteCondition.Absent, CancellationToken.None);
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
            Name = ProjectEvent.SpellingOf(file.Name.Project, inspected?.Metadata?.Name),
            Summary = inspected?.Metadata?.Summary,
            Uploaded = file.UploadedAt,
        };
        var (rejected, replaced) = await records.GetOrCreate(file.Name.Project).ChangeAsync(history =>
        {
            var before = history.FindVisible(file.Name.FileName);
            var past = history.Find(file.Name);
            // If upstream provides no SHA-256, the first bytes are decisive, whatever it sends later under the same
            // name.
            return file.Sha256 is null && past is not null && past.LastSha256 != sha256
                ? new Change<(bool, string?)>((true, id), [])
                : new Change<(bool, string?)>((false, before?.Location), [entry]);
        });
        if (replaced is not null)
            await cachedFiles.DropReplacedAsync(replaced);
        if (rejected)
            throw new UpstreamUnavailableException(
                $"Upstream sends other bytes for '{file.Name.FileName}' than it did before.");
        if (records.Find(file.Name.Project) is { } record)
        {
            await record.ReadAsync(history =>
            {
                if (history.FindVisible(file.Name.FileName) is { } cachedFile)
                    cachedFiles.Register(file.Name.Project, cachedFile, now);
                return true;
            }, CancellationToken.None);
        }
        Log.Cached(logger, file.Name.FileName, size);
        await cachedFiles.EvictAsync(MaxSize);
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
            return await ArchiveInspection.InspectAsync(
                staged.LocalFile, staged.Length, file.Name, strict: false, stopping);
        }
        catch (RejectedException error)
        {
            Log.NoMetadata(logger, file.Name.FileName, error.Message);
            return null;
        }
    }
}
