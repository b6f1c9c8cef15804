using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// Removes bytes that the server wrote but that no record references: those of interrupted uploads, and of removed
/// files that are not kept. What a later version may have written beside them stays.
/// </summary>
sealed class GarbageCollector(IStore store, ProjectRecords records, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _age = TimeSpan.FromDays(1);
    readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    readonly long _started = clock.GetTimestamp();
    readonly Dictionary<string, long> _ahead = new(StringComparer.Ordinal);

    /// <summary>How often to collect.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(6);

    /// <summary>
    /// The time for comparisons with ids, by the clock that all processes have in common. If the own one jumps ahead, the
    /// bytes of an upload in progress must not look old.
    /// </summary>
    DateTimeOffset Now
    {
        get
        {
            var (now, elapsed) = (clock.GetUtcNow(), _startedAt + clock.GetElapsedTime(_started));
            return (now < elapsed ? now : elapsed) + records.ClockOffset;
        }
    }

    /// <summary>
    /// Collects once. Skips bytes younger than a day, because they may belong to an upload in progress.
    /// </summary>
    /// <remarks>
    /// Without any record, for example because their folder was moved away, nothing tells what is garbage.
    /// </remarks>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        if (!store.Traits.IsLocal)
            await store.RemoveLeftoversAsync(Now - _age, cancellationToken);
        if ((await records.ListAsync(cancellationToken)).Names.IsEmpty)
            return;
        var ahead = new HashSet<string>(StringComparer.Ordinal);
        // Adoption reports what is skipped.
        await foreach (var found in store.ListAsync(StorageLayout.Packages, null, static _ => { }, cancellationToken))
        {
            if (StorageLayout.GetId(found.Key) is not { } id || !StorageLayout.IsKnownContent(found.Key)
                || !ProjectName.TryParse(found.Key.Split('/')[1], out var project))
            {
                continue;
            }
            if (id.Time > Now)
                ahead.Add(found.Key);
            if (IsOld(found.Key, id))
                await TryCollectAsync(project, found.Key, cancellationToken);
        }
        foreach (var key in _ahead.Keys.Where(key => !ahead.Contains(key)).ToList())
            _ahead.Remove(key);
    }

    /// <summary>
    /// Whether bytes are older than a day. If the id is from the future, because the clock was wrong, a day counts
    /// from the first time that they were found.
    /// </summary>
    bool IsOld(string key, BlobId id)
    {
        if (id.Time <= Now)
            return id.Time <= Now - _age;
        if (_ahead.TryGetValue(key, out var foundAt))
            return clock.GetElapsedTime(foundAt) > _age;
        _ahead[key] = clock.GetTimestamp();
        return false;
    }

    /// <summary>Removes bytes unless a record references them. A failure affects no other bytes.</summary>
    async Task TryCollectAsync(ProjectName project, string key, CancellationToken cancellationToken)
    {
        try
        {
            if (await IsReferencedAsync(project, key, cancellationToken))
                return;
            await store.DeleteAsync(key, cancellationToken);
            Log.Collected(logger, key);
        }
        catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException
            or (IOException and not StoreUnavailableException))
        {
            // A damaged record may reference any of its project's bytes, so they stay.
            Log.NotCollected(logger, key, error.Message);
        }
    }

    /// <summary>
    /// Whether a record references the bytes, or may have done so before it lost all of its events.
    /// </summary>
    async Task<bool> IsReferencedAsync(ProjectName project, string key, CancellationToken cancellationToken) =>
        await records.FindAsync(project, cancellationToken) is { } record
        && await record.ReadCurrentAsync(
            history => history.Serial == 0 || history.HasBytesAt(key)
                || (StorageLayout.BytesOfProvenance(key) is { } bytes && history.HasBytesAt(bytes)),
            cancellationToken);
}
