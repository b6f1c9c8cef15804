using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
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
        var project = GetProject(request);
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
        var of = project is { } one ? Html.From($" of {one.Value}") : Html.Empty;
        var by = $"{(project is { } named ? $"project={named.Value}&" : "")}top={ServerLimits.MaxTopStatistics}"
            + "&by=day,project,version,installer,python";
        await HtmlPage.SendAsync(page, "Statistics", () => Html.From($"""
            <h1>Downloads{of}</h1>
            <p class="lead">{PageText.Count(days.Downloads, "download", "downloads")} in the last {Days} days</p>
            {Html.If(notCounted.Count > 0, $"""
                <p class="notice" role="status">Not counted here: {string.Join(", ", notCounted)}.</p>
                """)}
            {DayChart.Render([.. Enumerable.Range(0, Days).Select(i => GetDay(from.AddDays(i), counts))])}
            {(project is null
                ? DownloadTable.Render("project", reports[1], name => $"{page.Root}project/{name}/")
                : DownloadTable.Render("version", reports[1]))}
            {DownloadTable.Render("installer", reports[2])}
            {DownloadTable.Render("Python", reports[3])}
            <p>The numbers: <a href="{page.Root}api/v1/statistics?format=csv&amp;{by}">CSV</a>,
            <a href="{page.Root}api/v1/statistics?format=json&amp;{by}">JSON</a></p>
            """));
    }

    static (DateOnly Day, long Downloads) GetDay(DateOnly day, Dictionary<string, long> counts) =>
        (day, counts.GetValueOrDefault(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    /// <exception cref="RejectedException">400: the parameter is no name of a project.</exception>
    static ProjectName? GetProject(RepositoryRequest request)
    {
        if (request.Context.Request.Query["project"].ToString() is not { Length: > 0 } text)
            return null;
        return ProjectName.TryParse(text, out var project)
            ? project
            : throw new RejectedException(RejectionReason.Invalid, $"'{text}' is not the name of a project.");
    }
}

/// <summary>Downloads by day, as a bar chart that the server draws.</summary>
static class DayChart
{
    const int BarWidth = 20, Height = 160, Left = 50, Bottom = 20, Top = 10;

    /// <summary>Creates the chart, as SVG.</summary>
    public static Html Render(ImmutableArray<(DateOnly Day, long Downloads)> days)
    {
        var most = Math.Max(1, days.Max(day => day.Downloads));
        var width = Left + (days.Length * BarWidth);
        var best = days.MaxBy(day => day.Downloads);
        var label = $"Downloads by day, at most {PageText.Count(best.Downloads)} on {Text(best.Day)}";
        return Html.From($"""
            <svg class="chart" viewBox="0 0 {width} {Height + Top + Bottom}" role="img" aria-label="{label}">
            <line x1="{Left}" y1="{Top + Height}" x2="{width}" y2="{Top + Height}"/>
            <text x="0" y="{Top + 10}">{PageText.Count(most)}</text><text x="0" y="{Top + Height}">0</text>
            {days.Select((day, i) => Bar(day, i, most))}
            <text x="{Left}" y="{Top + Height + 15}">{Text(days[0].Day)}</text>
            <text x="{width}" y="{Top + Height + 15}" text-anchor="end">{Text(days[^1].Day)}</text>
            </svg>
            """);
    }

    static Html Bar((DateOnly Day, long Downloads) day, int index, long most)
    {
        var height = (int)(Height * day.Downloads / most);
        var (x, y) = (Left + (index * BarWidth) + 2, Top + Height - height);
        return Html.From($"""
            <rect x="{x}" y="{y}" width="{BarWidth - 4}" height="{height}">
            <title>{Text(day.Day)}: {PageText.Count(day.Downloads)}</title></rect>

            """);
    }

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Downloads by something, the most first, as a table with bars.</summary>
static class DownloadTable
{
    /// <summary>Creates the table; nothing without downloads.</summary>
    /// <param name="name">The field that the downloads are summed by.</param>
    /// <param name="report">The sums.</param>
    /// <param name="link">The link of a row, or null if rows have none.</param>
    public static Html Render(string name, StatisticsReport report, Func<string, string>? link = null)
    {
        var rows = report.Top().ToList();
        if (rows.Count == 0)
            return Html.Empty;
        var most = rows[0].Downloads;
        return Html.From($"""
            <h2>By {name}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Downloads by {name}">
            <table>
            <thead><tr><th scope="col">{char.ToUpperInvariant(name[0]).ToString() + name[1..]}</th>
            <th scope="col">Downloads</th><td></td></tr></thead>
            <tbody>{rows.Select(row => Row(row.Cells[0], row.Downloads, most, link))}</tbody>
            </table>
            </div>
            """);
    }

    static Html Row(string? cell, long downloads, long most, Func<string, string>? link) => Html.From($"""
        <tr><td>{GetCell(cell, link)}</td>
        <td class="number">{PageText.Count(downloads)}</td>
        <td><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="{100 * downloads / most}" height="8"/></svg></td></tr>

        """);

    static Html GetCell(string? cell, Func<string, string>? link) =>
        cell is null ? Html.From($"unknown")
        : link is null ? Html.From($"{cell}")
        : Html.From($"""<a href="{link(cell)}">{cell}</a>""");
}
