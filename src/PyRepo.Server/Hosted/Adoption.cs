using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
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

    static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    /// <summary>A file that has not changed for this long before the first scan does not need a second one.</summary>
    static readonly TimeSpan _longAgo = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, ProjectName> _adopted = new(StringComparer.Ordinal);
    readonly Dictionary<string, (long Size, DateTimeOffset? Time)> _recorded = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _settled = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _waiting = new(StringComparer.Ordinal);
    bool _firstScan = true;

    /// <summary>Files in the folder that are not adopted, with the reason.</summary>
    public IReadOnlyDictionary<string, string> NotAdopted => _rejected;

    readonly ConcurrentDictionary<string, string> _rejected = new(StringComparer.Ordinal);

    /// <summary>
    /// Registers a file that is adopted according to the record. It is not read again unless it has changed.
    /// </summary>
    public void RegisterAdopted(Distribution file)
    {
        _adopted[file.Location] = file.Name.Project;
        _recorded[file.Location] = (file.Size!.Value, file.FileTime);
    }

    /// <summary>Scans the folder repeatedly.</summary>
    /// <param name="looked">Called after the first scan, which leaves the most garbage in memory.</param>
    /// <param name="cancellationToken">Stops scanning.</param>
    public async Task RunAsync(Action looked, CancellationToken cancellationToken)
    {
        var isFirst = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            try
            {
                await ScanAsync(cancellationToken);
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                Log.AdoptionFailed(logger, error);
            }
            if (isFirst)
                looked();
            isFirst = false;
            // A scan leaves behind short-lived objects, and an idle server allocates too little to trigger a
            // collection.
            GC.Collect(0);
            // Scanning a large folder takes long. It never uses more than a twentieth of the time.
            var pause = TimeSpan.FromTicks(Math.Max(_interval.Ticks, 20 * clock.GetElapsedTime(began).Ticks));
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Scans once.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        var adopting = new List<Task>(MaxConcurrency);
        await foreach (var found in repository.Store.ListAsync(
            StorageLayout.Packages, StorageLayout.IsOwnFolder, cancellationToken))
        {
            if (StorageLayout.IdOf(found.Key) is not null)
                continue;
            present.Add(found.Key);
            if (_settled.TryGetValue(found.Key, out var settled) && settled == found.Version)
                continue;
            if (_recorded.Remove(found.Key, out var recorded) && recorded == (found.Length, found.LastModified))
                _settled[found.Key] = found.Version;
            else if (IsStable(found))
                adopting.Add(TryAdoptAsync(found, cancellationToken));
            if (adopting.Count < MaxConcurrency)
                continue;
            await Task.WhenAll(adopting);
            adopting.Clear();
        }
        await Task.WhenAll(adopting);
        foreach (var (key, project) in _adopted.Where(a => !present.Contains(a.Key)).ToList())
        {
            if (await repository.ForgetAsync(project, key))
                Log.TakenAway(logger, key);
            _adopted.TryRemove(key, out _);
            // Another copy, which was not needed so far, may replace it.
            foreach (var copy in _adopted.Keys.Where(k => StorageLayout.FileNameOf(k) == StorageLayout.FileNameOf(key)))
                _settled.TryRemove(copy, out _);
        }
        foreach (var key in _settled.Keys.Concat(_rejected.Keys).Where(k => !present.Contains(k)).ToList())
        {
            _settled.TryRemove(key, out _);
            _rejected.TryRemove(key, out _);
        }
        _recorded.Clear();
        _firstScan = false;
    }

    bool IsStable(StoredObject found)
    {
        var same = _waiting.TryGetValue(found.Key, out var seen) && seen == found.Version;
        if (same || (_firstScan && clock.GetUtcNow() - found.LastModified > _longAgo))
        {
            _waiting.TryRemove(found.Key, out _);
            return true;
        }
        _waiting[found.Key] = found.Version;
        return false;
    }

    /// <summary>Adopts a file. A failure affects no other file, and the next scan tries again.</summary>
    async Task TryAdoptAsync(StoredObject found, CancellationToken cancellationToken)
    {
        try
        {
            await AdoptAsync(found, cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _settled.TryRemove(found.Key, out _);
            _waiting[found.Key] = found.Version;
            if (_rejected.GetValueOrDefault(found.Key) == error.Message)
                return;
            _rejected[found.Key] = error.Message;
            Log.NotAdopted(logger, found.Key, error.Message);
        }
    }

    async Task AdoptAsync(StoredObject found, CancellationToken cancellationToken)
    {
        await using var content = await repository.Store.OpenAsync(found.Key, cancellationToken);
        if (content is null || content.Object.Version != found.Version)
            return;
        _settled[found.Key] = found.Version;
        try
        {
            var file = await FoundDistribution.ReadAsync(
                StorageLayout.FileNameOf(found.Key), content.LocalFile!, content.Object.Length, cancellationToken);
            switch (await repository.AdoptAsync(file, found))
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
        if (_adopted.TryRemove(found.Key, out var project) && await repository.ForgetAsync(project, found.Key))
            Log.TakenAway(logger, found.Key);
    }
}
