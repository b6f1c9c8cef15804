using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Statistics;

/// <summary>What another server answers to a request for statistics.</summary>
/// <param name="Downloads">The sum of all downloads, also of those that have no row here.</param>
/// <param name="Rows">The rows.</param>
sealed record StatisticsAnswer(
    [property: JsonRequired] long Downloads, [property: JsonRequired] IReadOnlyList<StatisticsAnswer.Row> Rows)
{
    /// <summary>Whether no row was left out.</summary>
    public bool IsComplete => Rows.Sum(row => row.Downloads) == Downloads;

    /// <summary>A row. What was not asked for is null.</summary>
    public sealed record Row(
        string? Project, string? Version, DateOnly? Day, string? Installer, string? Python,
        [property: JsonRequired] long Downloads)
    {
        /// <summary>What the downloads are counted by.</summary>
        public DownloadKey ToKey() => new(Project ?? "", Version, Installer ?? "", Python);
    }
}
