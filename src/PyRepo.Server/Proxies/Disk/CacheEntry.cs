namespace PyRepo.Server.Proxies.Disk;

/// <summary>An object that a proxy caches on its disk, and when it was last used.</summary>
/// <param name="size">Its size on the disk, in bytes.</param>
abstract class CacheEntry(long size)
{
    int _readers;

    /// <summary>Its size on the disk, in bytes.</summary>
    public long Size => size;

    /// <summary>When it was last used. Unknown is long ago.</summary>
    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>Whether it could not be evicted, and the log says so.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Whether it is being read, so that it must stay.</summary>
    public bool IsInUse => Volatile.Read(ref _readers) > 0;

    /// <summary>Deletes the object.</summary>
    /// <param name="key">Its key in the store.</param>
    public abstract Task DeleteAsync(string key);

    /// <summary>Begins to read the object.</summary>
    public void Acquire(DateTimeOffset now)
    {
        Interlocked.Increment(ref _readers);
        LastUsed = now;
    }

    /// <summary>Ends reading the object.</summary>
    public void Release() => Interlocked.Decrement(ref _readers);

    /// <summary>Notes a use, which may not be the last.</summary>
    public void Use(DateTimeOffset at)
    {
        if (LastUsed < at)
            LastUsed = at;
    }

    /// <summary>
    /// Replaces a time in the future by the moment before the present, so that it does not protect the object for ever,
    /// and not better than one that is used now.
    /// </summary>
    public void Correct(DateTimeOffset now)
    {
        if (LastUsed > now)
            LastUsed = now.AddTicks(-1);
    }
}
