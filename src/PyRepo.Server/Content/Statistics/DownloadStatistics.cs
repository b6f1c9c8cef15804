using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>Counts a repository's downloads, keeps the counts in its store, and reads them.</summary>
/// <remarks>
/// About once a minute the counts are written to the replica's own file of the day, so a process that is killed loses
/// at most those of the last minute.
/// </remarks>
sealed class DownloadStatistics(IStore store, string replica, MemoryBudget budget, TimeProvider clock, ILogger logger)
    : IDownloadStatistics
{
    /// <summary>A day to which nothing was added in so many passes leaves the memory.</summary>
    const int MaxIdlePasses = 2;

    readonly DownloadCounts _counts = new(clock);
    readonly StatisticsFiles _files = new(store, budget, logger);

    /// <summary>
    /// Writing and merging take turns with reading, so that what is read is neither missed nor read twice.
    /// </summary>
    readonly SemaphoreSlim _turn = new(1);

    ReplicaStatistics Own => field ??= new(_files, replica);

    /// <summary>Says why the store must not be used, or null if it may be.</summary>
    public Func<string?> Waiting { get; set; } = static () => null;

    /// <inheritdoc/>
    public string? Unavailable => Waiting();

    /// <summary>The downloads since the process started, by installer.</summary>
    public IEnumerable<(string Installer, long Downloads)> SinceStart => _counts.SinceStart;

    /// <inheritdoc/>
    public void Count(ProjectName project, string fileName, string userAgent) =>
        _counts.Count(project, fileName, userAgent);

    /// <inheritdoc/>
    public async Task<bool> AddToAsync(
        ImmutableArray<StatisticsReport> reports, Func<ProjectName?, bool> mayRead,
        CancellationToken cancellationToken)
    {
        if (Unavailable is not null)
            return false;
        var query = reports[0].Query;
        await foreach (var day in ReadAsync(query.From, query.To, cancellationToken))
        {
            foreach (var report in reports)
                report.Add(day, mayRead);
        }
        return true;
    }

    /// <summary>Reads the downloads of each day on which there were any, of all replicas together.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async IAsyncEnumerable<DayDownloads> ReadAsync(
        DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The files of a day that is still counted are listed when they are read, as they change.
        var days = new SortedDictionary<DateOnly, List<StoredObject>?>();
        foreach (var counts in _counts.Days.Where(counts => counts.Day >= from && counts.Day <= to))
            days[counts.Day] = null;
        await foreach (var (day, files) in _files.ListAsync(from, to, cancellationToken))
            days.TryAdd(day, files);
        foreach (var (day, listed) in days)
            yield return await ReadDayAsync(day, listed, cancellationToken);
    }

    /// <summary>Reads when each release was last downloaded, in the last days and today.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<LastDownloads> ReadLastDownloadsAsync(int days, CancellationToken cancellationToken)
    {
        var today = _counts.Today;
        var last = new LastDownloads(await FindFirstDayAsync(today, cancellationToken));
        await foreach (var day in ReadAsync(today.AddDays(-days), today, cancellationToken))
        {
            last.IsComplete &= day.IsComplete;
            foreach (var key in day.Rows.Keys)
                last.Add(key, day.Day);
        }
        return last;
    }

    /// <summary>Writes what was counted since the last call.</summary>
    public Task WriteAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            foreach (var counts in _counts.Days)
                await WriteAsync(counts, cancellationToken);
        },
        cancellationToken);

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
    public Task MergeAsync(CancellationToken cancellationToken) => InTurnAsync(
        () => new StatisticsMerge(_files).RunAsync(_counts.Today, cancellationToken), cancellationToken);

    /// <summary>Changes the store, unless another process may have it.</summary>
    async Task InTurnAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Waiting() is null)
                await change();
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task WriteAsync(DayCounts counts, CancellationToken cancellationToken)
    {
        if (counts.Unwritten().Any())
        {
            counts.IdlePasses = 0;
            await Own.WriteAsync(counts, cancellationToken);
        }
        // A request that began before midnight may still count, so the day stays for a while.
        else if (++counts.IdlePasses >= MaxIdlePasses)
            _counts.Remove(counts);
    }

    async Task<DateOnly?> FindFirstDayAsync(DateOnly today, CancellationToken cancellationToken)
    {
        await foreach (var (day, _) in _files.ListAsync(DateOnly.MinValue, today, cancellationToken))
            return day;
        return null;
    }

    async Task<DayDownloads> ReadDayAsync(
        DateOnly day, List<StoredObject>? listed, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var counts = _counts.Find(day);
            if (counts is not null)
                await Own.ConfirmAsync(counts, cancellationToken);
            var isFinished = day < _counts.Today.AddDays(-1);
            var files = await _files.ReadDayAsync(day, counts is null ? listed : null, isFinished, cancellationToken);
            var sum = new Dictionary<DownloadKey, long>();
            foreach (var row in files.SelectMany(file => file.Rows))
                sum[row.ToKey()] = sum.GetValueOrDefault(row.ToKey()) + row.Downloads;
            foreach (var (key, downloads) in counts?.Unwritten() ?? [])
                sum[key] = sum.GetValueOrDefault(key) + downloads;
            return new DayDownloads(day, sum) { IsComplete = files.TrueForAll(file => !file.IsDamaged) };
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>The downloads of one day.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Rows">How often each row was downloaded.</param>
sealed record DayDownloads(DateOnly Day, IReadOnlyDictionary<DownloadKey, long> Rows)
{
    /// <summary>Whether all files of the day could be read.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>On which day each release was last downloaded, of those days that were read.</summary>
/// <param name="countedSince">
/// The first day with a download of anything, or null if there is none: what was downloaded before is not known.
/// </param>
sealed class LastDownloads(DateOnly? countedSince)
{
    readonly Dictionary<(string Project, string? Version), DateOnly> _days = [];

    /// <summary>The first day with a download of anything, or null if there is none.</summary>
    public DateOnly? CountedSince => countedSince;

    /// <summary>Whether all days could be read. If not, what seems not downloaded may have been.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Returns the last day on which a file's release was downloaded, or null if it was not.</summary>
    /// <remarks>If it is not known which version it was, it may have been this one.</remarks>
    public DateOnly? Find(DistributionFileName file) =>
        Latest(
            Find(file.Project.Value, GetCanonical(file.CanonicalVersion)),
            Latest(Find(file.Project.Value, null), Find(DownloadKey.Rest.Project, null)));

    /// <summary>Adds that something was downloaded on a day.</summary>
    public void Add(DownloadKey key, DateOnly day)
    {
        var release = (key.Project, key.Version is null ? null : GetCanonical(key.Version));
        _days[release] = Latest(Find(release.Project, release.Item2), day)!.Value;
    }

    DateOnly? Find(string project, string? version) =>
        _days.TryGetValue((project, version), out var day) ? day : null;

    static DateOnly? Latest(DateOnly? one, DateOnly? other) => one is null || other > one ? other : one;

    /// <summary>Versions 1.0 and 1.0.0 are the same release.</summary>
    static string GetCanonical(string version) =>
        PythonVersion.TryParse(version, out var parsed) ? parsed.Canonical : version;
}
