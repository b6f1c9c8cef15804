using System.Collections.Immutable;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// Makes one file of the replicas' files of each day that is long over. A crash between any two steps neither loses a
/// download nor counts it twice: the one file is written first, and names what it contains.
/// </summary>
sealed class StatisticsMerge(StatisticsFiles files)
{
    /// <summary>
    /// How many days old a day is when its files are merged: nobody adds to it any more, unless a clock is wrong.
    /// </summary>
    const int MinAge = 7;

    /// <summary>Merges all days that are old enough.</summary>
    public async Task RunAsync(DateOnly today, CancellationToken cancellationToken)
    {
        var days = new List<DayFiles>();
        await foreach (var day in files.ListAsync(DateOnly.MinValue, today.AddDays(-MinAge), cancellationToken))
        {
            if (day.Files.Count > 1)
                days.Add(day);
        }
        foreach (var (day, listed) in days)
            await MergeAsync(day, listed, cancellationToken);
    }

    async Task MergeAsync(DateOnly day, List<StoredObject> listed, CancellationToken cancellationToken)
    {
        var key = StorageLayout.MergedStatistics(day);
        var merged = await files.ReadAsync(key, cancellationToken);
        if (merged is { IsDamaged: true })
            return;
        var parts = new List<StatisticsFile>();
        foreach (var part in listed.Where(part => part.Key != key))
        {
            if (await files.ReadAsync(part.Key, cancellationToken) is { IsDamaged: false } read)
                parts.Add(read);
        }
        var added = parts.Where(part => merged is null || !merged.Parts.Contains(part.Digest)).ToList();
        if (added.Count > 0 && !await TryWriteAsync(day, merged, parts, added, cancellationToken))
            return; // Another replica merges, too.
        foreach (var part in parts)
            await files.DeleteAsync(part, cancellationToken);
    }

    /// <summary>Writes the one file with what is added to it. It names all files that may still be there.</summary>
    async Task<bool> TryWriteAsync(
        DateOnly day, StatisticsFile? merged, List<StatisticsFile> parts, List<StatisticsFile> added,
        CancellationToken cancellationToken)
    {
        var sum = new DayCounts(day);
        foreach (var row in (merged?.Rows ?? []).Concat(added.SelectMany(part => part.Rows)))
            sum.Add(row.ToKey(), row.Downloads);
        var document = new StatisticsDocument(
            [.. sum.All().Select(row => DownloadRow.From(row.Key, row.Value))], [.. parts.Select(part => part.Digest)]);
        var condition = merged is null ? WriteCondition.Absent : WriteCondition.Match(merged.Version);
        try
        {
            await files.WriteAsync(
                StorageLayout.MergedStatistics(day), StatisticsFiles.GetBytes(document), condition, cancellationToken);
            return true;
        }
        catch (PreconditionFailedException)
        {
            return false;
        }
    }
}

/// <summary>A file of statistics: the downloads of one day, of one replica or of several together.</summary>
/// <param name="Rows">The downloads.</param>
/// <param name="Parts">
/// The SHA-256 of each replica's file that is in the rows. A file that is still there, and is one of these, does not
/// count.
/// </param>
sealed record StatisticsDocument(IReadOnlyList<DownloadRow> Rows, ImmutableArray<string>? Parts = null);
