using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>stats/</c>: how often what the caller may read was downloaded, as charts.</summary>
sealed class StatisticsPage(TimeProvider clock)
{
    const int Days = 30, TopRows = 20;

    /// <summary>Sends the page.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var project = ProjectOf(request);
        var to = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var from = to.AddDays(1 - Days);
        var what = project is null ? StatisticsField.Project : StatisticsField.Version;
        StatisticsQuery By(StatisticsField field, int top = TopRows) => new(from, to, project, [field], top);
        var (reports, notCounted) = await ReadableStatistics.ReadAsync(
            request, By(StatisticsField.Day, Days), By(what), By(StatisticsField.Installer),
            By(StatisticsField.Python));
        var days = reports[0];
        var page = await PageContext.CreateAsync(request, isPublic: true);
        var counts = days.Top().Where(row => row.Cells[0] is not null)
            .ToDictionary(row => row.Cells[0]!, row => row.Downloads);
        var of = project is { } one ? Html.Of($" of {one.Value}") : Html.Empty;
        var by = $"{(project is { } named ? $"project={named.Value}&" : "")}top={ServerLimits.MaxTopStatistics}"
            + "&by=day,project,version,installer,python";
        await HtmlPage.SendAsync(page, "Statistics", () => Html.Of($"""
            <h1>Downloads{of}</h1>
            <p class="lead">{PageText.Count(days.Downloads, "download", "downloads")} in the last {Days} days</p>
            {Html.If(notCounted.Count > 0, $"""
                <p class="notice" role="status">Not counted here: {string.Join(", ", notCounted)}.</p>
                """)}
            {DayChart.Of([.. Enumerable.Range(0, Days).Select(i => DayOf(from.AddDays(i), counts))])}
            {(project is null
                ? DownloadTable.Of("project", reports[1], name => $"{page.Root}project/{name}/")
                : DownloadTable.Of("version", reports[1]))}
            {DownloadTable.Of("installer", reports[2])}
            {DownloadTable.Of("Python", reports[3])}
            <p>The numbers: <a href="{page.Root}api/v1/statistics?format=csv&amp;{by}">CSV</a>,
            <a href="{page.Root}api/v1/statistics?format=json&amp;{by}">JSON</a></p>
            """));
    }

    static (DateOnly Day, long Downloads) DayOf(DateOnly day, Dictionary<string, long> counts) =>
        (day, counts.GetValueOrDefault(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    /// <exception cref="HttpStatusException">400: the parameter is no name of a project.</exception>
    static ProjectName? ProjectOf(RepositoryRequest request)
    {
        if (request.Context.Request.Query["project"].ToString() is not { Length: > 0 } text)
            return null;
        return ProjectName.TryParse(text, out var project)
            ? project
            : throw new HttpStatusException(400, $"'{text}' is not the name of a project.");
    }
}
