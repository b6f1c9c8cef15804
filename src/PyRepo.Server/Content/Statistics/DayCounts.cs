using System.Collections.Concurrent;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// The downloads of a day in memory: those in the replica's file, and those that are not written yet.
/// </summary>
/// <remarks>Requests only call <see cref="Add"/>. All else is done by one caller at a time.</remarks>
sealed class DayCounts(DateOnly day)
{
    readonly ConcurrentDictionary<DownloadKey, DownloadCount> _counts = new();
    int _rows;
    int _projects;

    /// <summary>The day, in UTC.</summary>
    public DateOnly Day => day;

    /// <summary>Whether the file was read, so that it is known what it has.</summary>
    public bool IsRead { get; private set; }

    /// <summary>The version of the file, or null if there is none.</summary>
    public VersionTag? Version { get; private set; }

    /// <summary>The last write to the store, until it is known to have succeeded.</summary>
    public WriteAttempt? Attempt { get; set; }

    /// <summary>How many times in a row there was nothing to write.</summary>
    public int IdlePasses { get; set; }

    /// <summary>Counts downloads. If there are too many rows, those of a project are one row.</summary>
    public void Add(DownloadKey key, long downloads = 1)
    {
        if (_counts.TryGetValue(key, out var count) || TryAdd(key, ref _rows, out count)
            || _counts.TryGetValue(key.OfProject(), out count) || TryAdd(key.OfProject(), ref _projects, out count))
        {
            count.Add(downloads);
            return;
        }
        GetCount(DownloadKey.Rest).Add(downloads);
    }

    /// <summary>All rows as they are now.</summary>
    public List<KeyValuePair<DownloadKey, long>> All() =>
        [.. _counts.Select(c => KeyValuePair.Create(c.Key, c.Value.Value)).Where(c => c.Value > 0)];

    /// <summary>Returns the counts that are not in the file.</summary>
    public IEnumerable<KeyValuePair<DownloadKey, long>> Unwritten() =>
        from count in _counts
        let unwritten = count.Value.Value - count.Value.Written
        where unwritten != 0
        select KeyValuePair.Create(count.Key, unwritten);

    /// <summary>Notes that rows were written.</summary>
    public void SetWritten(List<KeyValuePair<DownloadKey, long>> rows, VersionTag? version)
    {
        foreach (var (key, downloads) in rows)
            _counts[key].Written = downloads;
        (IsRead, Version, Attempt) = (true, version, null);
    }

    /// <summary>
    /// Takes over what the file has, which another process of the same name may have written. What is not written yet
    /// is added to it.
    /// </summary>
    public void Rebase(IReadOnlyList<DownloadRow> rows, VersionTag? version)
    {
        var inFile = new Dictionary<DownloadKey, long>();
        foreach (var row in rows)
            inFile[row.ToKey()] = inFile.GetValueOrDefault(row.ToKey()) + row.Downloads;
        foreach (var key in inFile.Keys)
            GetCount(key);
        foreach (var (key, count) in _counts)
        {
            var downloads = inFile.GetValueOrDefault(key);
            count.Add(downloads - count.Written);
            count.Written = downloads;
        }
        (IsRead, Version, Attempt) = (true, version, null);
    }

    /// <summary>Finds a row or adds it, however many there are.</summary>
    DownloadCount GetCount(DownloadKey key)
    {
        if (_counts.TryGetValue(key, out var count))
            return count;
        Interlocked.Increment(ref _rows);
        return _counts.GetOrAdd(key, static _ => new());
    }

    /// <summary>Adds a row, unless there are too many of its kind.</summary>
    bool TryAdd(DownloadKey key, ref int rows, out DownloadCount count)
    {
        count = null!;
        if (Volatile.Read(ref rows) >= ServerLimits.MaxDownloadRows)
            return false;
        Interlocked.Increment(ref rows);
        count = _counts.GetOrAdd(key, static _ => new());
        return true;
    }
}

/// <summary>A write to the store. If its answer is lost, the next reading shows whether it was stored.</summary>
/// <param name="Digest">The SHA-256 of the bytes.</param>
/// <param name="Rows">The rows in them.</param>
sealed record WriteAttempt(string Digest, List<KeyValuePair<DownloadKey, long>> Rows);
