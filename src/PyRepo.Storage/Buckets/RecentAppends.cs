namespace PyRepo.Storage.Buckets;

/// <summary>
/// The bytes of the objects that were appended to last. An append writes the whole object again, and who uploads the
/// files of a release appends to the same one for each of them.
/// </summary>
sealed class RecentAppends
{
    /// <summary>Of one object, in bytes: a record of some 700 files.</summary>
    public const int MaxLength = 512 << 10;

    /// <summary>Of all, in bytes.</summary>
    const int MaxTotalLength = 4 << 20;

    readonly Lock _lock = new();

    /// <summary>The oldest is the first.</summary>
    readonly List<(string Key, VersionTag Version, AppendedBytes Bytes)> _objects = [];

    /// <summary>Remembers an object as it was written.</summary>
    public void Add(string key, VersionTag version, AppendedBytes bytes)
    {
        if (bytes.Memory.Length > MaxLength)
            return;
        lock (_lock)
        {
            _objects.RemoveAll(o => o.Key == key);
            _objects.Add((key, version, bytes));
            for (var total = _objects.Sum(o => o.Bytes.Capacity); total > MaxTotalLength; _objects.RemoveAt(0))
                total -= _objects[0].Bytes.Capacity;
        }
    }

    /// <summary>
    /// Returns the bytes of a version of an object, and forgets them. Returns null if they are not known.
    /// </summary>
    public AppendedBytes? Take(string key, VersionTag version)
    {
        lock (_lock)
        {
            var at = _objects.FindIndex(o => o.Key == key && o.Version == version);
            if (at < 0)
                return null;
            var bytes = _objects[at].Bytes;
            _objects.RemoveAt(at);
            return bytes;
        }
    }
}
