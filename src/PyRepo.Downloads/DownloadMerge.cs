using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using PyRepo.Storage;

namespace PyRepo.Downloads;

/// <summary>
/// Makes one file of several, and removes what is older than it is kept for. A crash between any two steps neither loses
/// a line nor shows it twice: the one file is written first, and names those whose lines it has.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="replica">The name of this replica.</param>
sealed class DownloadMerge(DownloadLogFiles files, string replica)
{
    /// <summary>So many files of a level become one of the next.</summary>
    public const int FilesOfLevel = 32;

    const int MaxLevel = 9;

    /// <summary>
    /// For how long a file is kept of which this is not known, because it is damaged: somebody may still save it.
    /// </summary>
    static readonly TimeSpan _ofDamaged = TimeSpan.FromDays(366);

    /// <summary>Merges the files that this replica wrote on a day.</summary>
    public async Task MergeOwnAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var days = new List<(LogDay Day, List<StoredObject> Files)>();
        await foreach (var found in files.ListAsync(day, day, cancellationToken))
            days.Add(found);
        foreach (var (logDay, listed) in days)
        {
            var levels = listed.GroupBy(file => DownloadLogLayout.FindLevel(file.Key, replica))
                .Where(level => level.Key is < MaxLevel && level.Count() >= FilesOfLevel);
            foreach (var level in levels.OrderBy(level => level.Key).ToList())
            {
                foreach (var merged in level.Select(file => file.Key).Chunk(DownloadLimits.MaxMergedFiles))
                {
                    var key = DownloadLogLayout.GetKey(logDay, replica, level.Key!.Value + 1);
                    await TryMergeAsync(key, null, merged, listed, cancellationToken);
                }
            }
        }
    }

    /// <summary>Merges the files of each day that is over, and removes those that are kept no longer.</summary>
    /// <param name="now">The time.</param>
    /// <param name="keepFor">For how long a log is kept now, or null if that is not known here.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task RunAsync(DateTimeOffset now, Func<string, TimeSpan?> keepFor, CancellationToken cancellationToken)
    {
        // A replica that merges its own files of yesterday has an hour for it.
        var last = DateOnly.FromDateTime(now.UtcDateTime.AddHours(-1)).AddDays(-1);
        var days = new List<(LogDay Day, List<StoredObject> Files)>();
        await foreach (var found in files.ListAsync(DateOnly.MinValue, last, cancellationToken))
        {
            if (!await RemoveExpiredAsync(found.Day, found.Files, now, keepFor(found.Day.Log), cancellationToken))
                days.Add(found);
        }
        foreach (var (day, listed) in days)
            await MergeDayAsync(day, listed, cancellationToken);
    }

    /// <summary>Makes one file of all of a day, some at a time.</summary>
    async Task MergeDayAsync(LogDay day, List<StoredObject> listed, CancellationToken cancellationToken)
    {
        var merged = DownloadLogLayout.GetMerged(day);
        var others = listed.Where(file => file.Key != merged).Select(file => file.Key).ToList();
        if (others.Count == 0 || listed.Count == 1)
            return;
        foreach (var some in others.Chunk(DownloadLimits.MaxMergedFiles))
        {
            var version = await files.FindVersionAsync(merged, cancellationToken);
            await TryMergeAsync(merged, version, some, listed, cancellationToken);
        }
    }

    /// <summary>Merges, unless a file is damaged, which keeps no other from being merged.</summary>
    async Task TryMergeAsync(
        string key, VersionTag? version, IReadOnlyList<string> others, List<StoredObject> listed,
        CancellationToken cancellationToken)
    {
        try
        {
            await MergeAsync(key, version, others, listed, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            files.NoteDamage(key, error);
        }
    }

    /// <summary>Removes the files of a day if all its lines are older than they are kept for.</summary>
    async Task<bool> RemoveExpiredAsync(
        LogDay day, List<StoredObject> listed, DateTimeOffset now, TimeSpan? current,
        CancellationToken cancellationToken)
    {
        var end = new DateTimeOffset(day.Day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
        var removed = 0;
        foreach (var listing in listed)
        {
            var (file, isDamaged) = await files.OpenAsync(listing.Key, cancellationToken);
            if (file is null && !isDamaged)
                continue;
            await using var opened = file;
            var written = file is null ? _ofDamaged : TimeSpan.FromSeconds(file.Index.KeepFor);
            if ((current < written ? current.Value : written) >= now - end)
            {
                if (file is not null && current < written)
                    await ShortenAsync(file, current.Value, cancellationToken);
                continue;
            }
            await files.DeleteAsync(listing.Key, cancellationToken);
            removed++;
        }
        return removed == listed.Count;
    }

    /// <summary>Notes in a file that its lines are kept for less than when they were written.</summary>
    async Task ShortenAsync(DownloadFile file, TimeSpan keepFor, CancellationToken cancellationToken)
    {
        try
        {
            await files.WriteAsync(
                file.Object.Key, WriteCondition.Match(file.Object.Version),
                DownloadLines.ReadAsync(file, cancellationToken),
                new FileEnd(keepFor, file.Index.Lost, file.Index.Sources), cancellationToken);
        }
        catch (Exception error) when (error is PreconditionFailedException or InvalidDataException)
        {
            // It was changed meanwhile, or is damaged: it is looked at again.
        }
    }

    /// <summary>Writes the lines of several files to one, and deletes these.</summary>
    /// <param name="key">The key of the one file.</param>
    /// <param name="version">The version of it that there is; its lines stay. Null if there is none.</param>
    /// <param name="others">The files.</param>
    /// <param name="listed">All files of the day.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    async Task MergeAsync(
        string key, VersionTag? version, IReadOnlyList<string> others, List<StoredObject> listed,
        CancellationToken cancellationToken)
    {
        await using var opened = await TryOpenAsync(key, version, others, cancellationToken);
        if (opened is null)
            return;
        var sources = opened.Files.Where(file => file.Object.Key != key).Select(file => file.Object).ToList();
        if (sources.Count == 0)
            return;
        var names = GetSources(opened, key, listed);
        await opened.RemoveSourcesAsync();
        var end = new FileEnd(GetKeepFor(opened.Files), opened.Files.Sum(file => file.Index.Lost), names);
        try
        {
            // A file that was rewritten meanwhile lacks a caller who must not come back.
            await files.WriteAsync(
                key, version is { } old ? WriteCondition.Match(old) : WriteCondition.Absent,
                Unchanged(DownloadLines.MergeAsync(opened.Files, cancellationToken), sources, cancellationToken), end,
                cancellationToken);
        }
        catch (PreconditionFailedException)
        {
            return; // Another replica merges, too, or somebody was erased.
        }
        foreach (var source in sources)
            await files.DeleteAsync(source.Key, cancellationToken);
    }

    /// <summary>Opens the files to merge, or returns null if the one file is another by now.</summary>
    async Task<OpenedDay?> TryOpenAsync(
        string key, VersionTag? version, IReadOnlyList<string> others, CancellationToken cancellationToken)
    {
        var opened = new OpenedDay();
        foreach (var each in version is null ? others : others.Prepend(key))
        {
            var (file, isDamaged) = await files.OpenAsync(each, cancellationToken);
            if (file is not null)
                opened.Files.Add(file);
            // A damaged one stays where it is: a person may still save what is in it.
            if (each != key || (!isDamaged && file?.Object.Version == version))
                continue;
            await opened.DisposeAsync();
            return null;
        }
        return opened;
    }

    /// <summary>Returns lines, and fails at their end if one of the files has changed since.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> Unchanged(
        IAsyncEnumerable<ReadOnlyMemory<byte>> lines, IReadOnlyList<StoredObject> sources,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in lines.WithCancellation(cancellationToken))
            yield return line;
        foreach (var source in sources)
        {
            if (await files.FindVersionAsync(source.Key, cancellationToken) != source.Version)
                throw new PreconditionFailedException($"'{source.Key}' has changed.");
        }
    }

    /// <summary>
    /// Returns the names of the files whose lines the one file has: the merged ones, and those that they had
    /// themselves, as far as they are still there.
    /// </summary>
    static ImmutableArray<string> GetSources(OpenedDay opened, string key, List<StoredObject> listed)
    {
        var there = listed.Select(file => DownloadLogLayout.GetName(file.Key)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. opened.Files.SelectMany(file => file.Index.Sources).Where(there.Contains)
                .Concat(opened.Files.Where(file => file.Object.Key != key).Select(file => file.Name))
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Returns for how long all are kept: as long as the latest of them, so that none is lost before.</summary>
    static TimeSpan GetKeepFor(List<DownloadFile> files) =>
        TimeSpan.FromSeconds(files.Max(file => file.Index.KeepFor));
}
