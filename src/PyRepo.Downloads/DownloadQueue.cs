using System.Collections.Concurrent;

namespace PyRepo.Downloads;

/// <summary>
/// The downloads that are in no file of the log yet. <see cref="Add"/> waits for nothing, and may be called at any time;
/// the rest is for the one who writes.
/// </summary>
sealed class DownloadQueue(string replica, TimeProvider clock)
{
    /// <summary>The downloads of one batch. A full batch is written without waiting.</summary>
    public const int BatchLength = 8192;

    readonly ConcurrentQueue<QueuedDownload> _downloads = new();
    readonly List<QueuedFile> _files = [];
    int _count;
    long _lost;
    long _lostEver;

    /// <summary>The downloads that are not written, in files or not.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The downloads since the process started for which there was no room.</summary>
    public long Lost => Volatile.Read(ref _lostEver);

    /// <summary>The file that is to be written next, or null if the next batch is to be taken.</summary>
    public QueuedFile? Next => _files.Count == 0 ? null : _files[0];

    /// <summary>Adds a download, or counts it as lost if there are too many.</summary>
    public void Add(LogOwner log, Download download)
    {
        if (Interlocked.Increment(ref _count) > DownloadLimits.MaxQueued)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Increment(ref _lost);
            Interlocked.Increment(ref _lostEver);
            return;
        }
        _downloads.Enqueue(new(log, clock.GetUtcNow(), download));
    }

    /// <summary>Makes files of a batch: one for each log and day.</summary>
    public void TakeBatch()
    {
        var taken = new List<QueuedDownload>();
        while (taken.Count < BatchLength && _downloads.TryDequeue(out var download))
            taken.Add(download);
        foreach (var each in taken.GroupBy(queued => (queued.Day, queued.Log.KeepFor)))
        {
            var lines = each.Select(queued => DownloadLine.From(queued.Download, queued.Time).ToBytes()).ToList();
            lines.Sort(static (x, y) => x.AsSpan().SequenceCompareTo(y));
            var key = DownloadLogLayout.GetKey(each.Key.Day, replica, level: 0);
            _files.Add(new(key, each.Key.KeepFor, Interlocked.Exchange(ref _lost, 0), lines));
        }
    }

    /// <summary>Removes <see cref="Next"/>, which is written.</summary>
    public void RemoveNext()
    {
        Interlocked.Add(ref _count, -_files[0].Lines.Count);
        _files.RemoveAt(0);
    }

    readonly record struct QueuedDownload(LogOwner Log, DateTimeOffset Time, Download Download)
    {
        public LogDay Day => new(Log.Name, DateOnly.FromDateTime(Time.UtcDateTime));
    }
}

/// <summary>Lines that are to be one file. The key stays the same until it is written.</summary>
/// <param name="Key">The key of the file.</param>
/// <param name="KeepFor">For how long its lines are kept.</param>
/// <param name="Lost">How many downloads were lost before.</param>
/// <param name="Lines">The lines, in ordinal order.</param>
sealed record QueuedFile(string Key, TimeSpan KeepFor, long Lost, List<byte[]> Lines);
