using System.Collections.Concurrent;
using System.Collections.Frozen;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Statistics;

/// <summary>Counts downloads in memory, by day. A download costs its request some look-ups, and no lock.</summary>
sealed class DownloadCounts(TimeProvider clock)
{
    const int MaxRememberedFiles = 10_000;

    readonly ConcurrentDictionary<DateOnly, DayCounts> _days = new();
    readonly ConcurrentDictionary<(ProjectName Project, string File), string?> _versions = new();
    readonly FrozenDictionary<string, DownloadCount> _installers =
        Installers.All.ToFrozenDictionary(name => name, static _ => new DownloadCount(), StringComparer.Ordinal);

    DayCounts? _current;

    /// <summary>Today, in UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>The days in memory: today, and those to which something was added lately.</summary>
    public IEnumerable<DayCounts> Days => _days.Values.OrderBy(counts => counts.Day);

    /// <summary>The downloads since the process started, by installer.</summary>
    public IEnumerable<(string Installer, long Downloads)> SinceStart =>
        _installers.Where(i => i.Value.Value > 0).OrderBy(i => i.Key, StringComparer.Ordinal)
            .Select(i => (i.Key, i.Value.Value));

    /// <summary>Counts a download.</summary>
    public void Count(ProjectName project, string fileName, string userAgent)
    {
        var client = DownloadClients.From(userAgent);
        _installers[client.Installer].Add(1);
        var version = GetVersion(project, fileName);
        CountsOfToday().Add(new DownloadKey(project.Value, version, client.Installer, client.Python));
    }

    /// <summary>Returns a day that is in memory, or null.</summary>
    public DayCounts? Find(DateOnly day) => _days.GetValueOrDefault(day);

    /// <summary>Removes a day from memory, unless it is the one that is counted. All of it must be written.</summary>
    public void Remove(DayCounts counts)
    {
        if (counts != Volatile.Read(ref _current))
            _days.TryRemove(counts.Day, out _);
    }

    DayCounts CountsOfToday()
    {
        var today = Today;
        if (Volatile.Read(ref _current) is { } current && current.Day == today)
            return current;
        var counts = _days.GetOrAdd(today, static day => new DayCounts(day));
        Volatile.Write(ref _current, counts);
        return counts;
    }

    string? GetVersion(ProjectName project, string fileName)
    {
        if (_versions.TryGetValue((project, fileName), out var known))
            return known;
        if (_versions.Count >= MaxRememberedFiles)
            _versions.Clear();
        var version = DistributionFileName.TryParse(fileName, project, out var parsed)
            ? parsed.CanonicalVersion
            : null;
        if (version?.Length is 0 or > ServerLimits.MaxVersionLength)
            version = null;
        return _versions[(project, fileName)] = version;
    }
}

/// <summary>A row of a day in memory.</summary>
sealed class DownloadCount
{
    long _value;

    /// <summary>The downloads of the day, as far as this process knows its file.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>How many of them are in the file.</summary>
    public long Written { get; set; }

    /// <summary>Counts downloads.</summary>
    public void Add(long downloads) => Interlocked.Add(ref _value, downloads);
}
