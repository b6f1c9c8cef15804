using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>
/// Adopts the distributions that users put into a repository's folder, and detects those that are removed.
/// </summary>
/// <remarks>
/// A file is adopted once its size and time are the same in two consecutive scans, and its archive can be read to the
/// end. Incomplete copies wait. A rejected file is checked again only when it changes.
/// </remarks>
sealed class Adoption
{
    /// <summary>The number of files adopted at once. Their events are written together, and share a flush.</summary>
    const int MaxConcurrency = 64;

    /// <summary>From a bucket, each of them is copied to the temporary folder to be read.</summary>
    const int MaxConcurrentCopies = 4;

    /// <summary>A file that has not changed for this long before the first scan does not need a second one.</summary>
    static readonly TimeSpan _longAgo = TimeSpan.FromMinutes(1);

    readonly HostedRepository _repository;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly ConcurrentDictionary<string, ProjectName> _adopted;
    readonly Dictionary<string, (long Size, DateTimeOffset? Time)> _recorded = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _settled = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, VersionTag> _waiting = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> _rejected;
    bool _firstScan = true;
    long _removed;

    public Adoption(HostedRepository repository, TimeProvider clock, ILogger logger)
    {
        (_repository, _clock, _logger) = (repository, clock, logger);
        (_adopted, _rejected) = (repository.Claims.Adopted, repository.Claims.Rejected);
    }

    /// <summary>A copy of the files in the folder that are not adopted, with the reason.</summary>
    /// <remarks>The dictionary's own ToArray is safe while a scan adds to it.</remarks>
    public IReadOnlyDictionary<string, string> NotAdopted =>
        _rejected.ToArray().ToDictionary(StringComparer.Ordinal);

    /// <summary>The number of adopted files that others have removed or changed since the start.</summary>
    public long Removed => Interlocked.Read(ref _removed);

    /// <summary>
    /// Registers a file that is adopted according to the record. It is not read again unless it has changed.
    /// </summary>
    public void RegisterAdopted(Distribution file)
    {
        _adopted[file.Location] = file.Name.Project;
        _recorded[file.Location] = (file.Size!.Value, file.FileTime);
    }

    /// <summary>Looks at the folder or bucket, and scans what is there.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken) =>
        await ScanAsync(await _repository.Claims.LookAsync(cancellationToken), cancellationToken);

    /// <summary>Adopts what is new in a listing, and detects what is gone.</summary>
    public async Task ScanAsync(PackageListing listing, CancellationToken cancellationToken)
    {
        var atOnce = _repository.Store.Traits.IsLocal ? MaxConcurrency : MaxConcurrentCopies;
        foreach (var stable in listing.Files.Where(IsNewAndStable).Chunk(atOnce))
            await AdoptAsync(stable, cancellationToken);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, project) in _adopted.Where(a => !listing.MayHave(a.Key)).ToList())
        {
            if (!await TryForgetAsync(key, project))
                kept.Add(key);
        }
        foreach (var entry in listing.Skipped)
            kept.Add(Report(entry));
        foreach (var key in _settled.Keys.Concat(_rejected.Keys)
            .Where(key => !listing.MayHave(key) && !kept.Contains(key)).ToList())
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
        Log.NotAdopted(_logger, name, reason);
    }

    void NoteRemoved(string key)
    {
        Interlocked.Increment(ref _removed);
        Log.TakenAway(_logger, key);
    }

    /// <summary>Records that a file is gone. A failure affects no other file, and the next scan tries again.</summary>
    async Task<bool> TryForgetAsync(string key, ProjectName project)
    {
        try
        {
            if (await _repository.Files.ForgetAsync(project, key))
                NoteRemoved(key);
        }
        catch (InvalidDataException error)
        {
            Report(key, error.Message);
            return false;
        }
        _adopted.TryRemove(key, out _);
        // Another copy, which was not needed so far, may replace it.
        foreach (var copy in _adopted.Keys.Where(k => StorageLayout.GetFileName(k) == StorageLayout.GetFileName(key)))
            _settled.TryRemove(copy, out _);
        return true;
    }

    /// <summary>Whether a file is to be adopted now.</summary>
    bool IsNewAndStable(StoredObject found)
    {
        if (_settled.TryGetValue(found.Key, out var settled) && settled == found.Version)
            return false;
        if (!_recorded.Remove(found.Key, out var recorded) || recorded != (found.Length, found.LastModified))
            return IsStable(found);
        _settled[found.Key] = found.Version;
        return false;
    }

    bool IsStable(StoredObject found)
    {
        var same = _waiting.TryGetValue(found.Key, out var seen) && seen == found.Version;
        // An object of a bucket is there only when it is complete.
        var isOld = _firstScan && _clock.GetUtcNow() - found.LastModified > _longAgo;
        if (same || isOld || !_repository.Store.Traits.IsLocal)
        {
            _waiting.TryRemove(found.Key, out _);
            return true;
        }
        _waiting[found.Key] = found.Version;
        return false;
    }

    async Task AdoptAsync(StoredObject[] files, CancellationToken cancellationToken)
    {
        // Whoever put the files there may not have flushed them.
        var durable = _repository.Store.FlushAsync(cancellationToken).AsTask();
        await Task.WhenAll(files.Select(found => TryAdoptAsync(found, durable, cancellationToken)));
    }

    /// <summary>Adopts a file. A failure affects no other file, and the next scan tries again.</summary>
    async Task TryAdoptAsync(StoredObject found, Task durable, CancellationToken cancellationToken)
    {
        try
        {
            await AdoptAsync(found, durable, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            _settled.TryRemove(found.Key, out _);
            _waiting[found.Key] = found.Version;
            if (error is StoreUnavailableException)
                throw;
            Report(found.Key, error.Message);
        }
    }

    async Task AdoptAsync(StoredObject found, Task durable, CancellationToken cancellationToken)
    {
        await durable;
        // What is hashed is what is on the disk: the system may have told somebody else that it could not write it.
        await _repository.Store.FlushAsync(found.Key, cancellationToken);
        await using var content = await _repository.Store.OpenAsync(found.Key, cancellationToken);
        if (content is null || content.Object.Version != found.Version)
            return;
        _settled[found.Key] = found.Version;
        try
        {
            using var local = await content.CopyToLocalAsync(cancellationToken);
            await using var bytes = local.OpenRead();
            var file = await FoundDistribution.ReadAsync(
                StorageLayout.GetFileName(found.Key), bytes, cancellationToken);
            switch (await _repository.Files.AdoptAsync(file, found))
            {
                case DuplicateDecision.Add:
                    Log.Adopted(_logger, found.Key);
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
        catch (RejectedException rejection) when (rejection.Reason is not RejectionReason.Unavailable)
        {
            await RejectAsync(found, rejection.Message);
        }
    }

    async Task RejectAsync(StoredObject found, string message)
    {
        _rejected[found.Key] = message;
        Log.NotAdopted(_logger, found.Key, message);
        // The file that was adopted under this key now has other bytes. It can no longer be served or listed.
        if (_adopted.TryRemove(found.Key, out var project) && await _repository.Files.ForgetAsync(project, found.Key))
            NoteRemoved(found.Key);
    }
}
