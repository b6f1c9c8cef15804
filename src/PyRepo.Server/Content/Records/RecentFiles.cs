using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// Collects the files that were written in the last minutes before a process ended. If it did not end in order, their
/// bytes are verified: a disk may have lost what it had confirmed.
/// </summary>
/// <param name="now">The current time.</param>
sealed class RecentFiles(DateTimeOffset now)
{
    /// <summary>
    /// The most files, the newest of them. An import of a whole index writes hundreds of thousands in ten minutes, and
    /// a disk loses what it confirmed in its last seconds.
    /// </summary>
    public const int MaxFiles = 10_000;

    static readonly TimeSpan _window = TimeSpan.FromMinutes(10);
    readonly List<Distribution> _files = [];
    DateTimeOffset _newest = DateTimeOffset.MinValue + _window;
    int _pruneAt = 1000;

    /// <summary>Adds the files of a project.</summary>
    public void Add(ProjectHistory history)
    {
        // A time in the future is from a clock that was wrong. It says nothing about when the process ended.
        if (history.NewestUntil(now) is { } newest && newest > _newest)
            _newest = newest;
        _files.AddRange(history.NewestSince(_newest - _window, MaxFiles));
        if (_files.Count < _pruneAt)
            return;
        Prune();
        _pruneAt = 1000 + (2 * _files.Count);
    }

    /// <summary>The files that were written within ten minutes of the last one.</summary>
    public IReadOnlyList<Distribution> Files
    {
        get
        {
            Prune();
            return _files;
        }
    }

    void Prune()
    {
        _files.RemoveAll(file => file.RecordedAt < _newest - _window);
        if (_files.Count <= MaxFiles)
            return;
        _files.Sort((a, b) => b.RecordedAt.CompareTo(a.RecordedAt));
        _files.RemoveRange(MaxFiles, _files.Count - MaxFiles);
    }
}
