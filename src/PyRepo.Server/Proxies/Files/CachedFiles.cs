using System.Collections.Concurrent;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>The files that a proxy caches. The record of their project says which, and how they went.</summary>
sealed class CachedFiles(CacheEntries entries, IStore store, ProjectRecords records, TimeProvider clock)
{
    readonly ConcurrentDictionary<string, bool> _dropped = new(StringComparer.Ordinal);

    /// <summary>Registers a file that is cached according to the record.</summary>
    /// <param name="project">The project.</param>
    /// <param name="file">The file.</param>
    /// <param name="used">
    /// When the file was written, or null if it was found: its upload time does not indicate when it was used.
    /// </param>
    public void Register(ProjectName project, Distribution file, DateTimeOffset? used)
    {
        var found = new Entry(this, project, file.Name.FileName, file.Size!.Value);
        if (used is not { } at)
        {
            entries.Register(file.Location, found);
            return;
        }
        entries.Add(file.Location, found).Use(at);
        entries.Changed();
    }

    /// <summary>
    /// Opens a cached file, or returns null if its bytes are gone. While it is open, it is not evicted.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="isForAllBytes">Whether all bytes will be read, from the first one.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public async Task<FileContent?> OpenAsync(
        Distribution file, bool isForAllBytes, CancellationToken cancellationToken)
    {
        var entry = entries.Find(file.Location) ?? entries.GetOrAdd(
            file.Location, new Entry(this, file.Name.Project, file.Name.FileName, file.Size!.Value));
        entry.Acquire(clock.GetUtcNow());
        entries.Changed();
        var redirects = entries.Settings.RedirectsDownloads;
        StoredContent? content = null;
        try
        {
            content = isForAllBytes && !redirects
                ? await store.OpenAsync(file.Location, cancellationToken)
                : await OpenPartsAsync(file.Location, cancellationToken);
            if (content is not null && content.Object.Length == file.Size)
                return new StoredFileContent(content, file, redirects ? store : null, entry.Release);
        }
        catch
        {
            entry.Release();
            throw;
        }
        entry.Release();
        if (content is not null)
            await content.DisposeAsync();
        return null;
    }

    /// <summary>Opens bytes of which only parts will be read, or none. Returns null if they are gone.</summary>
    public async Task<StoredContent?> OpenPartsAsync(string location, CancellationToken cancellationToken)
    {
        if (store.Traits.IsLocal)
            return await store.OpenAsync(location, cancellationToken);
        return await store.StatAsync(location, cancellationToken) is { } found
            ? await store.OpenKnownAsync(location, found.Length, cancellationToken)
            : null;
    }

    /// <summary>Registers what other replicas have cached, and forgets what they have evicted.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetUtcNow();
        var present = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(StorageLayout.Packages, null, static _ => { }, cancellationToken))
        {
            if (!entries.IsMirrored(found.Key))
                present.Add(found.Key);
            if (StorageLayout.GetId(found.Key) is null || entries.Find(found.Key) is not null
                || !ProjectName.TryParse(found.Key.Split('/')[1], out var project))
            {
                continue;
            }
            entries.Register(
                found.Key, new Entry(this, project, StorageLayout.GetFileName(found.Key), found.Length))
                .Use(found.LastModified);
        }
        foreach (var (key, entry) in entries.All)
        {
            if (key.StartsWith(StorageLayout.Packages, StringComparison.Ordinal) && !present.Contains(key)
                && !entry.IsInUse && entry.LastUsed < began)
            {
                entries.Remove(key);
            }
        }
    }

    /// <summary>
    /// Hashes a cached file, and drops it if its bytes are missing or wrong. Returns whether they are right.
    /// </summary>
    public async Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken)
    {
        await using (var content = await OpenAsync(file, isForAllBytes: true, cancellationToken))
        {
            if (content is not null)
            {
                await using var stream = await content.OpenStreamAsync(0, cancellationToken);
                if (await Sha256Digest.HashDataAsync(stream, cancellationToken) == file.Sha256)
                    return true;
            }
        }
        await DropAsync(file);
        return false;
    }

    /// <summary>Drops a file whose bytes are missing or wrong, so that it is fetched again.</summary>
    public async Task DropAsync(Distribution file)
    {
        entries.Remove(file.Location, file.Size ?? 0);
        try
        {
            await EvictAsync(file.Location, new Entry(this, file.Name.Project, file.Name.FileName, 0));
        }
        catch (StoreFullException)
        {
            _dropped[file.Location] = true;
        }
    }

    /// <summary>Whether a file was dropped, and there was no room on the disk to record it.</summary>
    public bool IsDropped(Distribution file) => !_dropped.IsEmpty && _dropped.ContainsKey(file.Location);

    /// <summary>Deletes bytes that have been replaced by others, or were never registered.</summary>
    /// <param name="location">Their key.</param>
    /// <param name="size">Their number, or 0 if they were not registered.</param>
    public async Task DropReplacedAsync(string location, long size)
    {
        entries.Remove(location, size);
        await store.DeleteAsync(location, CancellationToken.None);
    }

    async Task EvictAsync(string location, Entry entry)
    {
        if (await records.FindAsync(entry.Project, CancellationToken.None) is not { } record)
        {
            await store.DeleteAsync(location, CancellationToken.None);
            return;
        }
        try
        {
            await RecordEvictionAsync(record, location, entry);
            await store.DeleteAsync(location, CancellationToken.None);
        }
        catch (StoreFullException)
        {
            // The bytes go first, so that there is room for the event. If even then there is none, the next request
            // finds that they are gone.
            await store.DeleteAsync(location, CancellationToken.None);
            await RecordEvictionAsync(record, location, entry);
        }
    }

    async Task RecordEvictionAsync(ProjectRecord record, string location, Entry entry) =>
        await record.ChangeAsync(history => history.FindVisible(entry.FileName) is { } file && file.Location == location
            ? new Change<bool>(true, [new ProjectEvent
            {
                Event = ProjectEventKind.Evicted, At = clock.GetUtcNow(), By = "cache", File = entry.FileName,
            }])
            : new Change<bool>(false, []));

    /// <summary>A cached file.</summary>
    sealed class Entry(CachedFiles files, ProjectName project, string fileName, long size) : CacheEntry(size)
    {
        public ProjectName Project => project;

        public string FileName => fileName;

        public override Task DeleteAsync(string key) => files.EvictAsync(key, this);
    }
}
