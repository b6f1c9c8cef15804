namespace PyRepo.Server.Content.Records;

/// <summary>How many objects there are, and their size. Nothing else is in memory of them.</summary>
sealed class ObjectTally
{
    long _count;
    long _size;

    /// <summary>The number of objects.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Their size in bytes.</summary>
    public long Size => Interlocked.Read(ref _size);

    /// <summary>Adds an object.</summary>
    public void Add(long size) => Change(1, size);

    /// <summary>Removes an object.</summary>
    public void Remove(long size) => Change(-1, -size);

    /// <summary>Adds objects and bytes, or takes some away.</summary>
    public void Change(long count, long size)
    {
        Interlocked.Add(ref _count, count);
        Interlocked.Add(ref _size, size);
    }
}
