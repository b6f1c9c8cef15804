namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// Collects what was evicted or removed before it amounts to more than a limit. Entries are old then, and the
/// collector's own idea of when old garbage is worth a collection is several hundred megabytes.
/// </summary>
/// <remarks>It is not thread-safe.</remarks>
sealed class EvictedMemory(long limit)
{
    const int Oldest = 2;
    long _bytes;
    int _collections = GC.CollectionCount(Oldest);
    volatile bool _isCollecting;

    /// <summary>Adds memory that was evicted or removed. A collection that it causes runs on another thread.</summary>
    public void Add(long bytes)
    {
        var collections = GC.CollectionCount(Oldest);
        if (collections != _collections)
            (_bytes, _collections) = (0, collections);
        _bytes += bytes;
        if (_bytes < limit || _isCollecting)
            return;
        _isCollecting = true;
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.Collect(), this, preferLocal: false);
    }

    void Collect()
    {
        GC.Collect(Oldest, GCCollectionMode.Forced, blocking: true, compacting: false);
        _isCollecting = false;
    }
}
