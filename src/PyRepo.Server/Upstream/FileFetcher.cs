using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Archives;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>Fetches upstream's files, each once at a time however many ask, and keeps those that are what they should be.</summary>
sealed class FileFetcher(
    SimpleClient upstream, IStore store, ProjectRecords records, CachedFiles cachedFiles, TimeProvider clock, ILogger logger,
    CancellationToken stopping)
{
    readonly ConcurrentDictionary<string, Lazy<Task<SharedDownload?>>> _running = new(StringComparer.Ordinal);

    /// <summary>Whether files are kept.</summary>
    public bool CachesFiles { get; set; } = true;

    /// <summary>The most bytes to keep.</summary>
    public long MaxSize { get; set; } = long.MaxValue;

    /// <summary>Joins the fetch of a file, or begins it. The caller releases what it gets.</summary>
    /// <returns>Null: another fetch kept the file since the caller looked.</returns>
    /// <exception cref="UpstreamUnavailableException">Upstream does not give the file.</exception>
    public async Task<SharedDownload?> JoinAsync(Distribution file, CancellationToken cancellationToken)
    {
        var key = $"{file.Location} {file.Sha256}";
        while (true)
        {
            var own = new Lazy<Task<SharedDownload?>>(() => BeginAsync(key, file));
            var begun = _running.GetOrAdd(key, own);
            try
            {
                var download = await begun.Value.WaitAsync(cancellationToken);
                // Whoever begins it has a part in it from the first moment: it may have ended by now.
                if (download is null || begun == own || download.TryUse())
                    return download;
                _running.TryRemove(new(key, begun));
            }
            catch (OperationCanceledException) when (begun == own && cancellationToken.IsCancellationRequested)
            {
                _ = begun.Value.ContinueWith(
                    static t => t is { IsCompletedSuccessfully: true, Result: { } download }
                        ? download.ReleaseAsync().AsTask() : Task.CompletedTask, TaskScheduler.Default);
                throw;
            }
        }
    }

    async Task<SharedDownload?> BeginAsync(string key, Distribution file)
    {
        try
        {
            // The fetch before this one ended after what it kept was in the record.
            if (await FindCachedAsync(file, stopping) is not null)
            {
                _running.TryRemove(key, out _);
                return null;
            }
            var download = await OpenAsync(file);
            // Elsewhere: as long as upstream's bytes are there when they are asked for, it would not come back.
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
        // Not the request's own: it goes on when the first client leaves.
        var answer = await upstream.OpenFileAsync(
            new Uri(file.Location), file.Name.Project, HttpMethod.Get, 0, stopping);
        var length = answer.Content.Headers.ContentLength ?? file.Size;
        if (file.Size is { } promised && length != promised)
        {
            answer.Dispose();
            throw new UpstreamUnavailableException(
                $"Upstream has {length} bytes for '{file.Name.FileName}', and its page promises {promised}.");
        }
        var staged = await StageAsync(answer, length);
        return new SharedDownload(answer, staged, new FileDigest(file, before), length);
    }

    /// <summary>The kept file that has the bytes which upstream's page promises; null: there is none.</summary>
    public async Task<Distribution?> FindCachedAsync(Distribution file, CancellationToken cancellationToken) =>
        records.Find(file.Name.Project) is { } record
            ? await record.ReadAsync(
                history => history.FindVisible(file.Name.FileName) is { } kept && (file.Sha256 is null || kept.Sha256 == file.Sha256)
                    ? kept
                    : null,
                cancellationToken)
            : null;

    /// <summary>The SHA-256 that a file had when it was last kept.</summary>
    async Task<Sha256Digest?> LastSha256Async(Distribution file) => records.Find(file.Name.Project) is { } record
        ? await record.ReadAsync(history => history.Find(file.Name)?.LastSha256, stopping)
        : null;

    /// <summary>A file that is larger than all that may be kept would only drive the others out.</summary>
    bool MayCache(long bytes) => CachesFiles && bytes <= MaxSize;

    async Task<StagedObject> StageAsync(HttpResponseMessage answer, long? length)
    {
        try
        {
            if (length is { } bytes && MayCache(bytes))
                await cachedFiles.EvictAsync(MaxSize - bytes);
            return await store.StageAsync(length, stopping);
        }
        catch
        {
            answer.Dispose();
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
            // Nobody waits for this: what is not told here is told nowhere.
            Log.NotCached(logger, file.Name.FileName, error.Message);
        }
        finally
        {
            // From here on who asks opens what is kept, or begins anew.
            _running.TryRemove(key, out _);
            download.Settle();
            await download.ReleaseAsync();
        }
    }

    async Task CacheAsync(Distribution file, Sha256Digest sha256, SharedDownload download)
    {
        var size = download.Staged.Length;
        var coreMetadata = CoreMetadataOf(file, download.Staged);
        var id = StorageLayout.Bytes(file.Name.Project, BlobId.New(clock.GetUtcNow()), file.Name.FileName);
        var written = await store.CommitAsync(download.Staged, id, WriteCondition.Absent, CancellationToken.None);
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
            CoreMetadata = coreMetadata?.ToString(),
            RequiresPython = file.RequiresPython,
            Uploaded = file.UploadedAt,
        };
        var (refused, replaced) = await records.GetOrCreate(file.Name.Project).ChangeAsync(history =>
        {
            var before = history.FindVisible(file.Name.FileName);
            var past = history.Find(file.Name);
            // Without a SHA-256 of upstream's the first bytes count, whatever it sends later under the same name.
            return file.Sha256 is null && past is not null && past.LastSha256 != sha256
                ? new Change<(bool, string?)>((true, id), [], written.Durable)
                : new Change<(bool, string?)>((false, before?.Location), [entry], written.Durable);
        });
        if (replaced is not null)
            await cachedFiles.DropReplacedAsync(replaced);
        if (refused)
            throw new UpstreamUnavailableException($"Upstream sends other bytes for '{file.Name.FileName}' than it did before.");
        if (records.Find(file.Name.Project) is { } record)
        {
            await record.ReadAsync(history =>
            {
                if (history.FindVisible(file.Name.FileName) is { } keptFile)
                    cachedFiles.Register(file.Name.Project, keptFile, now);
                return true;
            }, CancellationToken.None);
        }
        Log.Cached(logger, file.Name.FileName, size);
        await cachedFiles.EvictAsync(MaxSize);
    }

    /// <summary>A wheel's metadata can be offered from the next refresh on, even where upstream does not.</summary>
    Sha256Digest? CoreMetadataOf(Distribution file, StagedObject staged)
    {
        if (file.Name.PackageType is not PackageType.Wheel)
            return null;
        try
        {
            return ArchiveInspection.Inspect(staged.LocalFile, staged.Length, file.Name, strict: false, CancellationToken.None).CoreMetadata;
        }
        catch (RejectedException error)
        {
            Log.NoMetadata(logger, file.Name.FileName, error.Message);
            return null;
        }
    }
}
