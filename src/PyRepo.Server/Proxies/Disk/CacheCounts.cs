using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>Counts how many pages and files a proxy served from its cache since it started.</summary>
sealed class CacheCounts
{
    long _hits;
    long _misses;

    /// <summary>The answers that upstream did not have to send: cached, confirmed or stale.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>The answers that upstream had to send.</summary>
    public long Misses => Volatile.Read(ref _misses);

    /// <summary>Counts an answer.</summary>
    public void Add(CacheOutcome outcome)
    {
        if (outcome is CacheOutcome.Miss)
            Interlocked.Increment(ref _misses);
        else if (outcome is not CacheOutcome.None)
            Interlocked.Increment(ref _hits);
    }
}
