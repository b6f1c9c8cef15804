using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The downloads that a page of statistics shows.</summary>
/// <param name="Project">The only project, or null for all.</param>
/// <param name="Reports">By day, by project or version, by installer, and by Python.</param>
/// <param name="NotCounted">The members whose downloads are not in them, or not all.</param>
sealed record DownloadFigures(
    ProjectName? Project, ImmutableArray<StatisticsReport> Reports, IReadOnlyList<string> NotCounted)
{
    const int TopRows = 20;

    /// <summary>The ranges that a page offers, in days.</summary>
    public static ImmutableArray<int> Ranges { get; } = [30, 90, 365];

    /// <summary>The downloads of each day, also of those without any; the last is today.</summary>
    public ImmutableArray<(DateOnly Day, long Downloads)> Days
    {
        get
        {
            var query = Reports[0].Query;
            var counts = Reports[0].Top().Where(row => row.Cells[0] is not null)
                .ToDictionary(row => row.Cells[0]!, row => row.Downloads);
            return
            [
                .. Enumerable.Range(0, query.Top).Select(i => query.From.AddDays(i)).Select(day => (
                    day, counts.GetValueOrDefault(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))),
            ];
        }
    }

    /// <summary>Reads the downloads of what the caller may read, in the days that <c>?days=</c> says.</summary>
    /// <exception cref="RejectedException">401, 403, 400 if there are too many, or 503.</exception>
    public static async Task<DownloadFigures> ReadAsync(RepositoryRequest request, ProjectName? project, DateOnly today)
    {
        var asked = request.Context.Request.Query["days"].ToString();
        var days = Ranges.FirstOrDefault(range => $"{range}" == asked, Ranges[0]);
        var what = project is null ? StatisticsField.Project : StatisticsField.Version;
        StatisticsQuery By(StatisticsField field, int top = TopRows) =>
            new(today.AddDays(1 - days), today, project, [field], top);
        var (reports, notCounted) = await ReadableStatistics.ReadAsync(
            request, By(StatisticsField.Day, days), By(what), By(StatisticsField.Installer),
            By(StatisticsField.Python));
        return new DownloadFigures(project, reports, notCounted);
    }
}
