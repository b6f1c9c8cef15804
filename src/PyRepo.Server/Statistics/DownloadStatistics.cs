using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Server.Limits;
using PyRepo.Server.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Statistics;

/// <summary>Counts a repository's downloads, keeps the counts in its store, and reads them.</summary>
/// <remarks>
/// A download costs a request some look-ups in memory. About once a minute the counts are written to the replica's own
/// file of the day, so a process that is killed loses at most those of the last minute.
/// </remarks>
sealed class DownloadStatistics(
    IStore store, string replica, MemoryBudget budget, TimeProvider clock, ILogger logger)
{
    const int MaxRememberedFiles = 10_000;

    /// <summary>How often the counts are written if the replica's file was changed by another process.</summary>
    const int MaxAttempts = 5;

    /// <summary>A day to which nothing was added in so many passes leaves the memory.</summary>
    const int MaxIdlePasses = 2;

    readonly StatisticsFiles _files = new(store, budget, logger);
    readonly ConcurrentDictionary<DateOnly, DayCounts> _days = new();
    readonly ConcurrentDictionary<(ProjectName Project, string File), string?> _versions = new();
    readonly FrozenDictionary<string, DownloadCount> _installers =
        Installers.All.ToFrozenDictionary(name => name, static _ => new DownloadCount(), StringComparer.Ordinal);

    /// <summary>
    /// Writing and merging take turns with reading, so that what is read is neither missed nor read twice.
    /// </summary>
    readonly SemaphoreSlim _turn = new(1);

    DayCounts? _current;

    /// <summary>Says why the store must not be used, or null if it may be.</summary>
    public Func<string?> Waiting { get; set; } = static () => null;

    /// <summary>Today, in UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>The downloads since the process started, by installer.</summary>
    public IEnumerable<(string Installer, long Downloads)> SinceStart =>
        _installers.Where(i => i.Value.Value > 0).OrderBy(i => i.Key, StringComparer.Ordinal)
            .Select(i => (i.Key, i.Value.Value));

    /// <summary>Counts a download.</summary>
    /// <param name="project">The project.</param>
    /// <param name="fileName">The name of the file. There must be such a file.</param>
    /// <param name="userAgent">What the client says about itself, which may be anything.</param>
    public void Count(ProjectName project, string fileName, string userAgent)
    {
        var client = DownloadClients.Of(userAgent);
        _installers[client.Installer].Add(1);
        CountsOfToday().Add(
            new DownloadKey(project.Value, VersionOf(project, fileName), client.Installer, client.Python));
    }

    /// <summary>Reads the downloads of each day on which there were any, of all replicas together.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async IAsyncEnumerable<DayDownloads> ReadAsync(
        DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var days = new SortedSet<DateOnly>(_days.Keys.Where(day => day >= from && day <= to));
        await foreach (var day in _files.ListDaysAsync(from, to, cancellationToken))
            days.Add(day);
        foreach (var day in days)
            yield return new DayDownloads(day, await ReadDayAsync(day, cancellationToken));
    }

    /// <summary>Reads when each release was last downloaded, in the last days and today.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<LastDownloads> ReadLastDownloadsAsync(int days, CancellationToken cancellationToken)
    {
        var last = new LastDownloads(await FindFirstDayAsync(cancellationToken));
        await foreach (var (day, rows) in ReadAsync(Today.AddDays(-days), Today, cancellationToken))
        {
            foreach (var key in rows.Keys)
                last.Add(key, day);
        }
        return last;
    }

    /// <summary>Writes what was counted since the last call.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Waiting() is not null)
                return; // Another process may have the store.
            foreach (var counts in _days.Values.OrderBy(counts => counts.Day))
                await WriteAsync(counts, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes what was counted last, before the process ends. A failure is logged.</summary>
    public async Task FinishAsync()
    {
        try
        {
            await WriteAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            Log.NotWritten(logger, error.Message);
        }
    }

    /// <summary>Merges the files of days that are long over.</summary>
    public async Task MergeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Waiting() is null)
                await new StatisticsMerge(_files).RunAsync(Today, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
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

    string? VersionOf(ProjectName project, string fileName)
    {
        if (_versions.TryGetValue((project, fileName), out var known))
            return known;
        if (_versions.Count >= MaxRememberedFiles)
            _versions.Clear();
        var version = DistributionFileName.TryParse(fileName, project, out var parsed)
            ? parsed.Version?.ToString() ?? parsed.VersionText
            : null;
        if (version?.Length is 0 or > ServerLimits.MaxVersionLength)
            version = null;
        return _versions[(project, fileName)] = version;
    }

    async Task<DateOnly?> FindFirstDayAsync(CancellationToken cancellationToken)
    {
        await foreach (var day in _files.ListDaysAsync(DateOnly.MinValue, Today, cancellationToken))
            return day;
        return null;
    }

    async Task<Dictionary<DownloadKey, long>> ReadDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var counts = _days.GetValueOrDefault(day);
            if (counts is { Attempt: not null })
                await ReadOwnAsync(counts, cancellationToken);
            var sum = new Dictionary<DownloadKey, long>();
            var read = await _files.ReadDayAsync(day, isFinished: day < Today.AddDays(-1), cancellationToken);
            foreach (var row in read.SelectMany(file => file.Rows))
                sum[row.ToKey()] = sum.GetValueOrDefault(row.ToKey()) + row.Downloads;
            foreach (var (key, downloads) in counts?.Unwritten() ?? [])
                sum[key] = sum.GetValueOrDefault(key) + downloads;
            return sum;
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task WriteAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        if (!counts.Unwritten().Any())
        {
            // A request that began before midnight may still count, so the day stays for a while.
            if (counts != _current && ++counts.IdlePasses >= MaxIdlePasses)
                _days.TryRemove(counts.Day, out _);
            return;
        }
        counts.IdlePasses = 0;
        for (var attempt = 1; ; attempt++)
        {
            if (!counts.IsRead || counts.Attempt is not null)
                await ReadOwnAsync(counts, cancellationToken);
            try
            {
                await WriteOwnAsync(counts, cancellationToken);
                return;
            }
            catch (PreconditionFailedException) when (attempt < MaxAttempts)
            {
                // Another process of this name wrote the file, so it is read first.
            }
        }
    }

    async Task WriteOwnAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        var rows = counts.All();
        var bytes = StatisticsFiles.BytesOf(new([.. rows.Select(row => DownloadRow.Of(row.Key, row.Value))]));
        counts.Attempt = new WriteAttempt(StatisticsFiles.DigestOf(bytes), rows);
        var condition = counts.Version is { } version ? WriteCondition.Match(version) : WriteCondition.Absent;
        var stored = await _files.WriteAsync(
            StorageLayout.Statistics(counts.Day, replica), bytes, condition, cancellationToken);
        counts.SetWritten(rows, stored.Version);
    }

    /// <summary>Reads the replica's file, which is this process's own if a write failed only seemingly.</summary>
    async Task ReadOwnAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        var file = await _files.ReadAsync(StorageLayout.Statistics(counts.Day, replica), cancellationToken);
        if (counts.Attempt is { } attempt && attempt.Digest == file?.Digest)
            counts.SetWritten(attempt.Rows, file.Version);
        else
            counts.Rebase(file?.Rows ?? [], file?.Version);
    }
}
