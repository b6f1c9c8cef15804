using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>
/// Adopts the distributions that users put into a repository's folder, and detects those that are removed.
/// </summary>
/// <remarks>
/// A file is adopted once its size and time are the same in two consecutive scans, and its archive can be read to the
/// end. Incomplete copies wait. A rejected file is checked again only when it changes.
/// </remarks>
sealed class Adoption(HostedRepository repository, TimeProvider clock, ILogger logger)
{
    /// <summary>The number of files adopted at once. Their events are written together, and share a flush.</summary>
    const int MaxConcurrency = 64;

    /// <summary>From a bucket, each of them is copied to the temporary folder to be read.</summary>
    const int MaxConcurrentCopies = 4;

    static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _bucketInterval = TimeSpan.FromSeconds(20);

    /// <summary>A file that has not changed for this long before the first scan does not need a second one.</summary>
    static readonly TimeSpan _longAgo = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, ProjectName> _adopted = new(StringComparer.Ordinal);
    readonly Dictionary<string, (long Size, DateTimeOffset? Time)> _recorded = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _settled = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _waiting = new(StringComparer.Ordinal);
    bool _firstScan = true;

    /// <summary>A copy of the files in the folder that are not adopted, with the reason.</summary>
    /// <remarks>The dictionary's own ToArray is safe while a scan adds to it.</remarks>
    public IReadOnlyDictionary<string, string> NotAdopted =>
        _rejected.ToArray().ToDictionary(StringComparer.Ordinal);

    readonly ConcurrentDictionary<string, string> _rejected = new(StringComparer.Ordinal);

    /// <summary>
    /// Registers a file that is adopted according to the record. It is not read again unless it has changed.
    /// </summary>
    public void RegisterAdopted(Distribution file)
    {
        _adopted[file.Location] = file.Name.Project;
        _recorded[file.Location] = (file.Size!.Value, file.FileTime);
    }

    /// <summary>
    /// Returns how long to pause after a scan. Scanning a large folder takes long, but it never uses more than a
    /// twentieth of the time.
    /// </summary>
    /// <param name="scan">How long the scan took.</param>
    /// <param name="isLocal">Whether it was of a folder. Each thousand objects of a bucket are a request.</param>
    public static TimeSpan PauseAfter(TimeSpan scan, bool isLocal) =>
        TimeSpan.FromTicks(Math.Max((isLocal ? _interval : _bucketInterval).Ticks, 20 * scan.Ticks));

    /// <summary>Scans once.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        var skipped = new List<SkippedEntry>();
        var atOnce = repository.Store.Traits.IsLocal ? MaxConcurrency : MaxConcurrentCopies;
        var adopting = new List<StoredObject>(atOnce);
        await foreach (var found in repository.Store.ListAsync(
            StorageLayout.Packages, StorageLayout.IsOwnFolder, skipped.Add, cancellationToken))
        {
            if (StorageLayout.IdOf(found.Key) is not null)
                continue;
            present.Add(found.Key);
            if (_settled.TryGetValue(found.Key, out var settled) && settled == found.Version)
                continue;
            if (_recorded.Remove(found.Key, out var recorded) && recorded == (found.Length, found.LastModified))
                _settled[found.Key] = found.Version;
            else if (IsStable(found))
                adopting.Add(found);
            if (adopting.Count < atOnce)
                continue;
            await AdoptAsync(adopting, cancellationToken);
            adopting.Clear();
        }
        await AdoptAsync(adopting, cancellationToken);
        // What is in a folder that may not be read at the moment is not known. It is not taken for removed.
        foreach (var (key, project) in _adopted.Where(a => !present.Contains(a.Key)).ToList())
        {
            if (skipped.Exists(s => s.Name.EndsWith('/') && key.StartsWith(s.Name, StringComparison.Ordinal))
                || !await TryForgetAsync(key, project))
            {
                present.Add(key);
            }
        }
        foreach (var entry in skipped)
            present.Add(Report(entry));
        foreach (var key in _settled.Keys.Concat(_rejected.Keys).Where(k => !present.Contains(k)).ToList())
        {
            _settled.TryRemove(key, out _);
            _rejected.TryRemove(key, out _);
        }
        _recorded.Clear();
        _firstScan = false;
    }

    /// <summary>Reports what is no object once, and returns the name under which it is reported.</summary>
    string Report(SkippedEntry entry)
    {
        var name = Quote.Path(entry.Name);
        Report(name, entry.Reason);
        return name;
    }

    void Report(string name, string reason)
    {
        if (_rejected.GetValueOrDefault(name) == reason)
            return;
        _rejected[name] = reason;
        Log.NotAdopted(logger, name, reason);
    }

    /// <summary>Records that a file is gone. A failure affects no other file, and the next scan tries again.</summary>
    async Task<bool> TryForgetAsync(string key, ProjectName project)
    {
        try
        {
            if (await repository.Files.ForgetAsync(project, key))
                Log.TakenAway(logger, key);
        }
        catch (InvalidDataException error)
        {
            Report(key, error.Message);
            return false;
        }
        _adopted.TryRemove(key, out _);
        // Another copy, which was not needed so far, may replace it.
        foreach (var copy in _adopted.Keys.Where(k => StorageLayout.FileNameOf(k) == StorageLayout.FileNameOf(key)))
            _settled.TryRemove(copy, out _);
        return true;
    }

    bool IsStable(StoredObject found)
    {
        var same = _waiting.TryGetValue(found.Key, out var seen) && seen == found.Version;
        // An object of a bucket is there only when it is complete.
        if (same || !repository.Store.Traits.IsLocal || (_firstScan && clock.GetUtcNow() - found.LastModified > _longAgo))
        {
            _waiting.TryRemove(found.Key, out _);
            return true;
        }
        _waiting[found.Key] = found.Version;
        return false;
    }

    async Task AdoptAsync(List<StoredObject> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
            return;
        // Whoever put the files there may not have flushed them.
        var durable = repository.Store.FlushAsync(cancellationToken).AsTask();
        await Task.WhenAll(files.Select(found => TryAdoptAsync(found, durable, cancellationToken)));
    }

    /// <summary>Adopts a file. A failure affects no other file, and the next scan tries again.</summary>
    async Task TryAdoptAsync(StoredObject found, Task durable, CancellationToken cancellationToken)
    {
        try
        {
            await AdoptAsync(found, durable, cancellationToken);
        }
        catch (Exception error) when (
            error is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            _settled.TryRemove(found.Key, out _);
            _waiting[found.Key] = found.Version;
            Report(found.Key, error.Message);
        }
    }

    async Task AdoptAsync(StoredObject found, Task durable, CancellationToken cancellationToken)
    {
        await using var content = await repository.Store.OpenAsync(found.Key, cancellationToken);
        if (content is null || content.Object.Version != found.Version)
            return;
        _settled[found.Key] = found.Version;
        try
        {
            using var local = await content.CopyToLocalAsync(cancellationToken);
            var file = await FoundDistribution.ReadAsync(
                StorageLayout.FileNameOf(found.Key), local.File, local.Length, cancellationToken);
            await durable;
            switch (await repository.Files.AdoptAsync(file, found))
            {
                case DuplicateDecision.Add:
                    Log.Adopted(logger, found.Key);
                    goto default;
                case DuplicateDecision.Reject { Message: var message }:
                    await RejectAsync(found, message);
                    break;
                default:
                    _adopted[found.Key] = file.Name.Project;
                    _rejected.TryRemove(found.Key, out _);
                    break;
            }
        }
        catch (RejectedException rejection)
        {
            await RejectAsync(found, rejection.Message);
        }
    }

    async Task RejectAsync(StoredObject found, string message)
    {
        _rejected[found.Key] = message;
        Log.NotAdopted(logger, found.Key, message);
        // The file that was adopted under this key now has other bytes. It can no longer be served or listed.
        if (_adopted.TryRemove(found.Key, out var project) && await repository.Files.ForgetAsync(project, found.Key))
            Log.TakenAway(logger, found.Key);
    }
}
