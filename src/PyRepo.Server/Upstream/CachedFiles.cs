using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>
/// The files that a proxy caches. Records when each was last used, and evicts files when the cache is too large.
/// </summary>
sealed class CachedFiles(IStore store, ProjectRecords records, TimeProvider clock, ILogger logger)
{
    /// <summary>
    /// The fraction of the limit down to which an eviction goes, so that not every new file evicts another.
    /// </summary>
    const double Slack = 0.95;

    /// <summary>
    /// The number of days whose usage records are kept: the last ones with records, whatever today is. The clock may be
    /// wrong.
    /// </summary>
    const int DaysKept = 60;

    readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _dropped = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _evicting = new(1, 1);
    volatile bool _changed;

    /// <summary>Registers a file that is cached according to the record.</summary>
    /// <param name="project">The project.</param>
    /// <param name="file">The file.</param>
    /// <param name="used">
    /// When the file was used, or null if that is not known. Its upload time does not indicate that.
    /// </param>
    public void Register(ProjectName project, Distribution file, DateTimeOffset? used)
    {
        var entry = _entries.GetOrAdd(
            file.Location, static (_, f) => new Entry(f.Project, f.File.Name.FileName, f.File.Size!.Value),
            (Project: project, File: file));
        if (used is { } at)
            entry.Use(at);
        _changed |= used is not null;
    }

    /// <summary>
    /// Opens a cached file, or returns null if its bytes are gone. While it is open, it is not evicted.
    /// </summary>
    public async Task<FileContent?> OpenAsync(Distribution file, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(
            file.Location, static (_, f) => new Entry(f.Name.Project, f.Name.FileName, f.Size!.Value), file);
        entry.Acquire(clock.GetUtcNow());
        _changed = true;
        var content = await store.OpenAsync(file.Location, cancellationToken);
        if (content is not null && content.Object.Length == file.Size)
            return new StoredFileContent(content, file, entry.Release);
        entry.Release();
        if (content is not null)
            await content.DisposeAsync();
        return null;
    }

    /// <summary>
    /// Hashes a cached file, and drops it if its bytes are missing or wrong. Returns whether they are right.
    /// </summary>
    public async Task<bool> VerifyAsync(Distribution file, CancellationToken cancellationToken)
    {
        await using (var content = await OpenAsync(file, cancellationToken))
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

    /// <summary>Evicts files, least recently used first, until the cache is no larger than a maximum size.</summary>
    public async Task EvictAsync(long maxSize)
    {
        var now = clock.GetUtcNow();
        foreach (var (_, entry) in _entries)
            entry.Correct(now);
        if (_entries.Values.Sum(e => e.Size) <= maxSize || !await _evicting.WaitAsync(0))
            return;
        try
        {
            var total = _entries.Values.Sum(e => e.Size);
            // This is the dictionary's own ToArray, which is safe during concurrent additions. Sorting the dictionary
            // directly would copy it by its count.
            foreach (var (location, entry) in _entries.ToArray().OrderBy(e => e.Value.LastUsed))
            {
                if (total <= maxSize * Slack)
                    return;
                if (!entry.IsInUse && await TryEvictAsync(location, entry))
                    total -= entry.Size;
            }
        }
        finally
        {
            _evicting.Release();
        }
    }

    /// <summary>Drops a file whose bytes are missing or wrong, so that it is fetched again.</summary>
    public async Task DropAsync(Distribution file)
    {
        _entries.TryRemove(file.Location, out var entry);
        try
        {
            await EvictAsync(file.Location, entry ?? new Entry(file.Name.Project, file.Name.FileName, 0));
        }
        catch (StoreFullException)
        {
            _dropped[file.Location] = true;
        }
    }

    /// <summary>Whether a file was dropped, and there was no room on the disk to record it.</summary>
    public bool IsDropped(Distribution file) => !_dropped.IsEmpty && _dropped.ContainsKey(file.Location);

    /// <summary>Deletes bytes that have been replaced by others.</summary>
    public async Task DropReplacedAsync(string location)
    {
        _entries.TryRemove(location, out _);
        await store.DeleteAsync(location, CancellationToken.None);
    }

    /// <summary>Reads the records of when files were last used.</summary>
    public async Task ReadUsageAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var found in store.ListAsync(StorageLayout.UsageFolder, null, cancellationToken))
            keys.Add(found.Key);
        var days = keys.GroupBy(StorageLayout.FolderOf)
            .OrderByDescending(day => day.Key, StringComparer.Ordinal).ToList();
        foreach (var key in days.Skip(DaysKept).SelectMany(day => day))
            await store.DeleteAsync(key, cancellationToken);
        foreach (var key in days.Take(DaysKept).SelectMany(day => day))
            await ReadUsageAsync(key, cancellationToken);
    }

    async Task ReadUsageAsync(string key, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(key, cancellationToken);
        if (content is null)
            return;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var (location, at) in await ReadAsync(stream, cancellationToken))
        {
            // A time in the future was noted while the clock was wrong. Nothing is known about that use.
            if (at <= now && _entries.TryGetValue(location, out var entry))
                entry.Use(at);
        }
    }

    /// <summary>Records when files were last used, if any was used since the last call.</summary>
    public async Task WriteUsageAsync(string replica, CancellationToken cancellationToken)
    {
        if (!_changed)
            return;
        _changed = false;
        try
        {
            await WriteUsageAsync(replica, clock.GetUtcNow().UtcDateTime.Date, cancellationToken);
        }
        catch
        {
            _changed = true;
            throw;
        }
    }

    async Task WriteUsageAsync(string replica, DateTime today, CancellationToken cancellationToken)
    {
        var used = _entries
            .Where(e => e.Value.LastUsed.UtcDateTime.Date == today)
            .ToDictionary(e => e.Key, e => e.Value.LastUsed, StringComparer.Ordinal);
        await using var staged = await store.StageAsync(null, cancellationToken);
        await staged.AppendAsync(
            JsonSerializer.SerializeToUtf8Bytes(used, UsageJson.Default.DictionaryStringDateTimeOffset),
            cancellationToken);
        await store.CommitAsync(
            staged, StorageLayout.Usage(DateOnly.FromDateTime(today), replica), WriteCondition.None, cancellationToken);
    }

    static async Task<Dictionary<string, DateTimeOffset>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(
                stream, UsageJson.Default.DictionaryStringDateTimeOffset, cancellationToken) ?? [];
        }
        catch (JsonException)
        {
            return []; // Only the order of eviction is lost.
        }
    }

    /// <summary>Evicts a file. A failure affects no other file, and the next eviction tries again.</summary>
    async Task<bool> TryEvictAsync(string location, Entry entry)
    {
        if (!_entries.TryRemove(location, out _))
            return false;
        try
        {
            await EvictAsync(location, entry);
            Log.Evicted(logger, location, entry.Size);
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException)
        {
            _entries.TryAdd(location, entry);
            if (entry.IsStuck)
                return false;
            entry.IsStuck = true;
            Log.NotEvicted(logger, location, error.Message);
            return false;
        }
        catch
        {
            _entries.TryAdd(location, entry);
            throw;
        }
    }

    async Task EvictAsync(string location, Entry entry)
    {
        if (records.Find(entry.Project) is not { } record)
            return;
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
    public sealed class Entry(ProjectName project, string fileName, long size)
    {
        int _readers;

        public ProjectName Project => project;

        public string FileName => fileName;

        public long Size => size;

        public DateTimeOffset LastUsed { get; private set; }

        /// <summary>Whether it could not be evicted, and the log says so.</summary>
        public bool IsStuck { get; set; }

        public bool IsInUse => Volatile.Read(ref _readers) > 0;

        public void Acquire(DateTimeOffset now)
        {
            Interlocked.Increment(ref _readers);
            LastUsed = now;
        }

        /// <summary>Notes a use, which may not be the last.</summary>
        public void Use(DateTimeOffset at)
        {
            if (LastUsed < at)
                LastUsed = at;
        }

        /// <summary>
        /// Replaces a time in the future by the present, so that it does not protect the file for ever.
        /// </summary>
        public void Correct(DateTimeOffset now)
        {
            if (LastUsed > now)
                LastUsed = now;
        }

        public void Release() => Interlocked.Decrement(ref _readers);
    }
}
