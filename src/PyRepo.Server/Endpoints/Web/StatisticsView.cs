using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Downloads as a chart and tables.</summary>
static class StatisticsView
{
    /// <summary>Creates the view.</summary>
    /// <param name="page">The request.</param>
    /// <param name="figures">The downloads.</param>
    /// <param name="path">The path of this page, to which a parameter can be added.</param>
    public static Html Render(PageContext page, DownloadFigures figures, string path)
    {
        var (days, reports) = (figures.Days, figures.Reports);
        return Html.From($"""
            <p class="lead">{PageText.Count(reports[0].Downloads, "download", "downloads")} in the last
            {days.Length} days</p>
            {Ranges(path, days.Length)}
            {Html.If(figures.NotCounted.Count > 0, $"""
                <p class="notice warn" role="status">Not counted here: {string.Join(", ", figures.NotCounted)}.</p>
                """)}
            {Html.If(reports[0].Downloads == 0, $"""
                <p class="empty">Nothing was downloaded in these days. Downloads by installers are counted.</p>
                """)}
            {Html.If(reports[0].Downloads > 0, $"""
                <section class="card" aria-label="Downloads by day">{DayChart.Render(days)}</section>
                {DayChart.RenderTable(days)}
                {(figures.Project is null
                    ? DownloadTable.Render("project", reports[1], name => $"{page.Root}project/{name}/")
                    : DownloadTable.Render("version", reports[1]))}
                <div class="cols even">
                <div>{DownloadTable.Render("installer", reports[2])}</div>
                <div>{DownloadTable.Render("Python", reports[3])}</div>
                </div>
                """)}
            {Numbers(page, figures)}
            """);
    }

    static Html Ranges(string path, int days) => Html.From($"""
        <nav class="choice" aria-label="Range">{DownloadFigures.Ranges.Select(range => Html.From($"""
            <a href="{path}days={range}"{Html.If(range == days, $" aria-current=\"true\"")}>{range} days</a>

            """))}</nav>
        """);

    static Html Numbers(PageContext page, DownloadFigures figures)
    {
        var query = figures.Reports[0].Query;
        var project = figures.Project is { } one ? $"project={one.Value}&" : "";
        var parameters = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{project}from={query.From:yyyy-MM-dd}&top={ServerLimits.MaxTopStatistics}")
            + "&by=day,project,version,installer,python";
        return Html.From($"""
            <p class="muted">The numbers: <a href="{page.Root}api/v1/statistics?format=csv&amp;{parameters}">CSV</a>,
            <a href="{page.Root}api/v1/statistics?format=json&amp;{parameters}">JSON</a></p>
            """);
    }
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
            <table class="wide">
            <thead><tr><th scope="col">{char.ToUpperInvariant(name[0]).ToString() + name[1..]}</th>
            <th scope="col">Downloads</th><td></td></tr></thead>
            <tbody>{rows.Select(row => Row(row.Cells[0], row.Downloads, most, link))}</tbody>
            </table>
            """);
    }

    static Html Row(string? cell, long downloads, long most, Func<string, string>? link) => Html.From($"""
        <tr><td>{GetCell(cell, link)}</td>
        <td class="number">{PageText.Count(downloads)}</td>
        <td><svg class="bar-chart" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="{100 * downloads / most}" height="8"/></svg></td></tr>

        """);

    static Html GetCell(string? cell, Func<string, string>? link) =>
        cell is null ? Html.From($"unknown")
        : link is null ? Html.From($"<bdi>{cell}</bdi>")
        : Html.From($"""<a href="{link(cell)}"><bdi>{cell}</bdi></a>""");
}
