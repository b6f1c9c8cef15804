namespace PyRepo.Server.Content.Statistics;

/// <summary>The downloads of one day.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Rows">How often each row was downloaded.</param>
sealed record DayDownloads(DateOnly Day, IReadOnlyDictionary<DownloadKey, long> Rows)
{
    /// <summary>Whether all files of the day could be read.</summary>
    public bool IsComplete { get; init; } = true;
}
