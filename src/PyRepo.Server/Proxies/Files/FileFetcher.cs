using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Fetches files from upstream. Concurrent requests for a file share one download, from the moment upstream answers
/// even those that have passed different proxies. Files that pass verification are cached.
/// </summary>
sealed class FileFetcher(
    SimpleClient upstream, IStore store, ProjectRecords records, CacheEntries cached, CachedFiles cachedFiles,
    TimeProvider clock, ILogger logger, CancellationToken stopping)
{
    readonly ConcurrentDictionary<(string File, PassedProxies Passed), Lazy<Task<SharedDownload?>>> _running = new();

    /// <summary>The downloads that upstream has begun to send, by file.</summary>
    readonly ConcurrentDictionary<string, SharedDownload> _open = new(StringComparer.Ordinal);
    readonly SlotTurns _turns = new(ServerLimits.MaxConcurrentFetches, "files");
    readonly SlotTurns _passingTurns = new(ServerLimits.MaxConcurrentPassedOn, "files for which there is no room");
    readonly DownloadSpace _space = new(cached);
    readonly CachedFileWriter _writer = new(store, records, cachedFiles, clock, logger, stopping);

    /// <summary>Whether files are cached.</summary>
    public bool CachesFiles => cached.Settings.CachesFiles;

    /// <summary>Called when upstream sends other bytes for a file than it should, with what is wrong.</summary>
    public Action<Distribution, string>? Refused { get; set; }

    /// <inheritdoc cref="CachedFileWriter.Verified"/>
    public Func<Distribution, Sha256Digest?, Task>? Verified
    {
        set => _writer.Verified = value;
    }

    /// <summary>
    /// Called when all bytes of a file are there, before the last one may be read: with them, or null if they are passed
    /// on; and before the first one is read if they will be. It throws to break off.
    /// </summary>
    public Func<Distribution, StagedObject?, Task>? Inspected { get; set; }

    /// <summary>Waits until the files of which all bytes have come are cached.</summary>
    public Task FinishWritesAsync() => Task.WhenAll(
        _open.Values.Where(download => download.Outcome.IsCompleted).Select(download => download.Settled));

    /// <summary>Evicts what is cached until it and the running downloads are no larger than the maximum size.</summary>
    public Task EvictAsync() => _space.MakeRoomAsync();

    /// <summary>Joins the download of a file, or starts it. The caller disposes the result.</summary>
    /// <returns>A reader, or null if another download cached the file since the caller checked.</returns>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide the file.</exception>
    public async Task<DownloadReader?> JoinAsync(Distribution file, CancellationToken cancellationToken)
    {
        var key = (GetKey(file), PassedProxies.Current);
        while (true)
        {
            if (_open.TryGetValue(key.Item1, out var open) && open.TryJoin() is { } joined)
                return joined;
            Lazy<Task<SharedDownload?>>? own = null;
            own = new Lazy<Task<SharedDownload?>>(() => key.Current.StartAsync(
                () => StartAsync(file, () => _running.TryRemove(new(key, own!)))));
            if (!_running.ContainsKey(key))
                key.Current.RefuseIfCrowded(
                    from each in _running.Keys where each.File == key.Item1 select each.Passed);
            var started = _running.GetOrAdd(key, own);
            try
            {
                var download = await started.Value.WaitAsync(cancellationToken);
                if (download is null)
                    return null;
                // The caller that starts a download uses it from the beginning. The download may have ended by now.
                if ((started == own ? download.First : download.TryJoin()) is { } reader)
                    return reader;
                _running.TryRemove(new(key, started));
            }
            catch (OperationCanceledException) when (started == own && cancellationToken.IsCancellationRequested)
            {
                _ = started.Value.ContinueWith(
                    static t => t is { IsCompletedSuccessfully: true, Result: { } download }
                        ? download.First.DisposeAsync().AsTask() : Task.CompletedTask, TaskScheduler.Default);
                throw;
            }
        }
    }

    /// <summary>Waits until a file is cached. While the result is not disposed, its bytes stay.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no room for it.</exception>
    public async Task<IAsyncDisposable?> OpenWholeAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (await JoinAsync(file, cancellationToken) is not { } reader)
            return null;
        try
        {
            await Task.WhenAny(reader.Download.Settled, reader.Download.Passing).WaitAsync(cancellationToken);
            if (reader.Download.Passing.IsCompleted)
                throw new UpstreamUnavailableException($"There is no room for '{file.Name.FileName}'.");
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a file fits beside what is mirrored.</summary>
    public bool HasRoomFor(Distribution file) => _space.HasRoomFor(file.Size ?? 0);

    /// <summary>Fetches a file, if there is room for it.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide it, or there is no room.</exception>
    public async Task FetchAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (!HasRoomFor(file))
        {
            throw new UpstreamUnavailableException(
                $"There is no room for '{file.Name.FileName}': what is mirrored fills spec.cache.maxSize.");
        }
        await using var whole = await OpenWholeAsync(file, cancellationToken);
        if (whole is DownloadReader { Download.Outcome: var outcome })
            await outcome.WaitAsync(cancellationToken);
    }

    /// <param name="file">The file.</param>
    /// <param name="ended">Called when nobody may join any more.</param>
    async Task<SharedDownload?> StartAsync(Distribution file, Action ended)
    {
        try
        {
            // A previous download ends only after its cached file is in the record.
            // Another replica may have cached it, too.
            if (await FindCachedAsync(file, stopping) is not null || await FindCachedByOthersAsync(file) is not null)
            {
                ended();
                return null;
            }
            var caches = CachesFiles;
            var turns = file.Size > _space.MaxSize ? _passingTurns : _turns;
            var turn = await turns.TakeAsync(upstream.Timeout, stopping);
            try
            {
                var download = await OpenAsync(file, caches);
                _open[GetKey(file)] = download;
                _ = DetachedTask.Run(() => FinishAsync(file, download, turn, turns == _passingTurns, caches, () =>
                {
                    _open.TryRemove(new(GetKey(file), download));
                    ended();
                }));
                return download;
            }
            catch
            {
                turn.Dispose();
                throw;
            }
        }
        catch
        {
            ended();
            throw;
        }
    }

    static string GetKey(Distribution file) => $"{file.Location} {file.Sha256}";

    async Task<SharedDownload> OpenAsync(Distribution file, bool caches)
    {
        var before = await LastSha256Async(file);
        // This is independent of the request: it continues when the first client disconnects.
        var response = await upstream.Files.OpenAsync(
            new Uri(file.Location), file.Name.Project, HttpMethod.Get, 0, stopping);
        var length = response.Content.Headers.ContentLength ?? file.Size;
        if (file.Size is { } promised && length != promised)
        {
            using (response)
            {
                throw upstream.Files.Unusable(
                    response,
                    $"Upstream has {length} bytes for '{file.Name.FileName}', but its page promises {promised}.");
            }
        }
        var claim = _space.TryOpen(length);
        try
        {
            var staged = claim is null ? null : await TryStageAsync(file, caches);
            if (staged is null && Inspected is { } inspected)
                await inspected(file, null); // All of it is never there at once.
            var source = new DownloadSource(
                response, new FileDigest(file, before) { Refused = message => Refused?.Invoke(file, message) }, length,
                clock);
            return new SharedDownload(source, staged, claim)
            {
                Failure = message => upstream.Files.Unusable(response, message),
                Inspect = staged is null
                    ? null : download => Inspected?.Invoke(file, download.Staged) ?? Task.CompletedTask,
            };
        }
        catch
        {
            claim?.Dispose();
            response.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Stages a file, or returns null if the disk is full or fails. Its length is only a claim, so no room is reserved for it.
    /// </summary>
    async Task<StagedObject?> TryStageAsync(Distribution file, bool caches)
    {
        try
        {
            var key = StorageLayout.Bytes(file.Name.Project, BlobId.New(records.GetUtcNow()), file.Name.FileName);
            return await store.StageAsync(caches ? key : null, null, stopping);
        }
        catch (IOException error) when (error is StoreFullException or StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>
    /// Finds the cached file with the bytes that upstream's page declares. Returns null if there is none, as far as
    /// this replica knows.
    /// </summary>
    public async Task<Distribution?> FindCachedAsync(Distribution file, CancellationToken cancellationToken) =>
        await records.FindListedAsync(file.Name.Project, cancellationToken) is { } record
            ? await record.ReadAsync(history => FindCached(history, file), cancellationToken)
            : null;

    async Task<Distribution?> FindCachedByOthersAsync(Distribution file)
    {
        if (store.Traits.IsLocal)
            return null;
        try
        {
            return await records.FindAsync(file.Name.Project, stopping) is { } record
                ? await record.ReadCurrentAsync(history => FindCached(history, file), stopping)
                : null;
        }
        catch (IOException error)
        {
            Log.NotCached(logger, file.Name.FileName, error.Message);
            return null; // While the bucket is away, files come from upstream.
        }
    }

    Distribution? FindCached(ProjectHistory history, Distribution file) =>
        history.FindVisible(file.Name.FileName) is { } cached && !cachedFiles.IsDropped(cached)
        && (file.Sha256 is null || cached.Sha256 == file.Sha256)
            ? cached
            : null;

    /// <summary>Returns the SHA-256 that a file had when it was last cached.</summary>
    async Task<Sha256Digest?> LastSha256Async(Distribution file) =>
        await records.FindListedAsync(file.Name.Project, stopping) is { } record
            ? await record.ReadAsync(history => history.Find(file.Name)?.LastSha256, stopping)
            : null;

    /// <summary>
    /// Downloads a file. What is passed on is as slow as its readers, so it changes its turn for one of the few that
    /// are for this, and keeps none from files that there is room for.
    /// </summary>
    async Task RunAsync(SharedDownload download, SlotTurn turn, bool isForPassing)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var changing = isForPassing ? Task.FromResult(turn) : ChangeTurnAsync(download, turn, stop, ended.Token);
        await download.RunAsync(upstream.Timeout, stop.Token);
        await download.WaitForReadersAsync();
        await ended.CancelAsync();
        (await changing).Dispose();
    }

    /// <summary>Waits until a download is passed on, and changes its turn then. Without another one, it ends.</summary>
    /// <returns>The turn that the download has.</returns>
    async Task<SlotTurn> ChangeTurnAsync(
        SharedDownload download, SlotTurn turn, CancellationTokenSource stop, CancellationToken ended)
    {
        await Task.WhenAny(download.Passing, download.Outcome);
        if (!download.Passing.IsCompleted)
            return turn;
        try
        {
            var passing = await _passingTurns.TakeAsync(upstream.Timeout, ended);
            turn.Dispose();
            return passing;
        }
        catch (Exception error) when (error is UpstreamUnavailableException or OperationCanceledException)
        {
            await stop.CancelAsync();
            return turn;
        }
    }

    async Task FinishAsync(
        Distribution file, SharedDownload download, SlotTurn turn, bool isForPassing, bool caches, Action ended)
    {
        // A file that is passed on can't be joined. The next request may find room.
        _ = download.Passing.ContinueWith(_ => ended(), TaskScheduler.Default);
        await RunAsync(download, turn, isForPassing);
        try
        {
            var sha256 = await download.Outcome;
            if (caches && download.Staged is { } staged)
            {
                await _writer.WriteAsync(file, sha256, download, staged);
                await _space.MakeRoomAsync();
            }
        }
        catch (Exception error)
        {
            // No caller waits for this, so errors that are not logged here are lost.
            Log.NotCached(
                logger, file.Name.FileName, (error as UpstreamUnavailableException)?.Detail ?? error.Message);
        }
        finally
        {
            // From here on, a new request opens the cached file or starts a new download.
            ended();
            await download.CloseAsync();
        }
    }
}
