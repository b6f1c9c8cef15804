using System.Globalization;

namespace PyRepo.Server.Platform.Caching;

/// <summary>
/// The memory that rendered pages, projects' histories, metadata and an upstream's pages share, in bytes. It evicts
/// entries first that were not used since the last pass. This approximates least-recently-used eviction, without a
/// lock on each use.
/// </summary>
/// <remarks>
/// Entries of low priority go before the others, down to a quarter of the memory. A page takes a tenth of the history
/// that it is made of, and is all that most requests need.
/// </remarks>
sealed class MemoryBudget(long capacity, TimeProvider? clock = null)
{
    readonly Lock _lock = new();
    readonly EvictionRing _low = new();
    readonly EvictionRing _normal = new();
    readonly EvictedMemory _garbage = new(capacity);
    readonly CacheTurnover _turnover = new(capacity, clock ?? TimeProvider.System);
    long _pinned;

    /// <summary>
    /// Creates a server's budget: a quarter of its control group's memory limit, or 64 MiB without one.
    /// </summary>
    public static MemoryBudget OfControlGroup() =>
        new(MemoryLimit.OfControlGroup() is { } limit ? limit / 4 : 64 << 20);

    /// <summary>The number of bytes in use.</summary>
    public long Used => _low.Used + _normal.Used + Math.Min(Volatile.Read(ref _pinned), capacity / 2);

    /// <summary>The number of bytes that entries may use.</summary>
    public long Capacity => capacity;

    /// <summary>The number of hours of the last 24 in which as many bytes were evicted as entries may use.</summary>
    public int FullHours => _turnover.FullHours;

    /// <summary>Sets the weight of an entry, and frees space for it if needed.</summary>
    public void Set(BudgetedEntry owner, long weight)
    {
        lock (_lock)
        {
            GetRing(owner).Set(owner, weight);
            FreeSpace(owner);
        }
    }

    /// <summary>
    /// Adds bytes that cannot be freed, or takes some away. Half of the memory is left for entries, whatever that is.
    /// </summary>
    public void Pin(long change)
    {
        lock (_lock)
        {
            Volatile.Write(ref _pinned, _pinned + change);
            FreeSpace(newest: null);
        }
    }

    /// <summary>Removes an entry that is no longer cached.</summary>
    public void Remove(BudgetedEntry owner)
    {
        lock (_lock)
        {
            var before = Used;
            GetRing(owner).Remove(owner);
            _garbage.Add(before - Used);
        }
    }

    void FreeSpace(BudgetedEntry? newest)
    {
        var before = Used;
        if (before <= capacity)
            return;
        _low.Evict(newest, () => Used > capacity && _low.Used > capacity / 4);
        _normal.Evict(newest, () => Used > capacity);
        _low.Evict(newest, () => Used > capacity);
        _garbage.Add(before - Used);
        _turnover.Add(before - Used);
    }

    EvictionRing GetRing(BudgetedEntry entry) => entry.IsLowPriority ? _low : _normal;
}

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

/// <summary>The memory that this process may use.</summary>
static class MemoryLimit
{
    /// <summary>
    /// Returns the limit of the process's control group in bytes, or of one above it if that is lower: of the
    /// container, or systemd's <c>MemoryMax</c>. Null if there is none.
    /// </summary>
    public static long? OfControlGroup()
    {
        const string groups = "/proc/self/cgroup";
        return GetFiles(File.Exists(groups) ? File.ReadAllText(groups) : "").Where(File.Exists)
            .Select(file => Parse(File.ReadAllText(file))).Min();
    }

    /// <summary>
    /// The files that tell the limits
    /// (<see href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">version 2</see>, and
    /// <see href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">version 1</see>).
    /// </summary>
    /// <param name="groups">The content of <c>/proc/self/cgroup</c>.</param>
    internal static IEnumerable<string> GetFiles(string groups)
    {
        const string versionTwo = "0::/";
        var group = groups.Split('\n').FirstOrDefault(line => line.StartsWith(versionTwo, StringComparison.Ordinal));
        for (var path = group?[versionTwo.Length..]; !string.IsNullOrEmpty(path); path = Path.GetDirectoryName(path))
            yield return $"/sys/fs/cgroup/{path}/memory.max";
        // Of a container, this is the own group, whatever it is called outside.
        yield return "/sys/fs/cgroup/memory.max";
        yield return "/sys/fs/cgroup/memory/memory.limit_in_bytes";
    }

    /// <summary>Parses the content of such a file. Returns null if it says that there is no limit.</summary>
    internal static long? Parse(string text) =>
        // Version 1 has a number for that: the largest multiple of the page size.
        long.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit < long.MaxValue / 2 ? limit : null;
}
