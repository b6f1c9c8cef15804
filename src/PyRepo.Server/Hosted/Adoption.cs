using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>
/// Takes in the distributions that somebody puts into a repository's folder, and notices those that are taken away.
/// </summary>
/// <remarks>
/// A file is taken when its size and time stood still between two looks, and its archive opens to its end: half-copied
/// ones wait. One that is refused is looked at again only when it changes.
/// </remarks>
sealed class Adoption(HostedRepository repository, TimeProvider clock, ILogger logger)
{
    /// <summary>Files that are taken at once: their events are written together, and do not wait for a flush each.</summary>
    const int MaxConcurrency = 64;

    static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    /// <summary>A file that was not touched for this long before the first look needs no second.</summary>
    static readonly TimeSpan _longAgo = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, ProjectName> _adopted = new(StringComparer.Ordinal);
    readonly Dictionary<string, (long Size, DateTimeOffset? Time)> _recorded = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _settled = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _waiting = new(StringComparer.Ordinal);
    bool _firstScan = true;

    /// <summary>Files that lie in the folder and are not taken, with the reason.</summary>
    public IReadOnlyDictionary<string, string> NotAdopted => _rejected;

    readonly ConcurrentDictionary<string, string> _rejected = new(StringComparer.Ordinal);

    /// <summary>Notes a file that the record says was adopted: unless it changed since, it is not read again.</summary>
    public void RegisterAdopted(Distribution file)
    {
        _adopted[file.Location] = file.Name.Project;
        _recorded[file.Location] = (file.Size!.Value, file.FileTime);
    }

    /// <summary>Looks at the folder again and again.</summary>
    /// <param name="looked">Called after the first look, which leaves the most behind.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
            // What a look leaves behind is young. An idle server allocates too little else to have it collected.
            GC.Collect(0);
            // A large folder takes long to look at: never more than a twentieth of the time.
            var pause = TimeSpan.FromTicks(Math.Max(_interval.Ticks, 20 * clock.GetElapsedTime(began).Ticks));
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Looks once.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        var taking = new List<Task>(MaxConcurrency);
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
            else if (StoodStill(found))
                taking.Add(TryTakeAsync(found, cancellationToken));
            if (taking.Count < MaxConcurrency)
                continue;
            await Task.WhenAll(taking);
            taking.Clear();
        }
        await Task.WhenAll(taking);
        foreach (var (key, project) in _adopted.Where(a => !present.Contains(a.Key)).ToList())
        {
            if (await repository.ForgetAsync(project, key))
                Log.TakenAway(logger, key);
            _adopted.TryRemove(key, out _);
            // Another copy, which was not needed so far, may take its place.
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

    bool StoodStill(StoredObject found)
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

    /// <summary>Takes a file. What fails concerns no other file, and is tried again at the next look.</summary>
    async Task TryTakeAsync(StoredObject found, CancellationToken cancellationToken)
    {
        try
        {
            await TakeAsync(found, cancellationToken);
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

    async Task TakeAsync(StoredObject found, CancellationToken cancellationToken)
    {
        await using var content = await repository.Store.OpenAsync(found.Key, cancellationToken);
        if (content is null || content.Object.Version != found.Version)
            return;
        _settled[found.Key] = found.Version;
        try
        {
            var file = FoundDistribution.Read(
                StorageLayout.FileNameOf(found.Key), content.LocalFile!, content.Object.Length, cancellationToken);
            switch (await repository.AdoptAsync(file, found))
            {
                case DuplicateDecision.Add:
                    Log.Adopted(logger, found.Key);
                    goto default;
                case DuplicateDecision.Reject { Message: var sentence }:
                    await RejectAsync(found, sentence);
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

    async Task RejectAsync(StoredObject found, string sentence)
    {
        _rejected[found.Key] = sentence;
        Log.NotAdopted(logger, found.Key, sentence);
        // What was adopted before under this key has other bytes now: it can no longer be served, nor be shown.
        if (_adopted.TryRemove(found.Key, out var project) && await repository.ForgetAsync(project, found.Key))
            Log.TakenAway(logger, found.Key);
    }
}
