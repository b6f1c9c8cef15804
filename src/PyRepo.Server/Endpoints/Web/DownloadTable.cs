using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Downloads by something, the most first, as a table with bars.</summary>
static class DownloadTable
{
    /// <summary>Creates the table; nothing without downloads.</summary>
    /// <param name="name">What the downloads are summed by.</param>
    /// <param name="report">The sums.</param>
    /// <param name="link">The link of a row, or null if rows have none.</param>
    public static Html Of(string name, StatisticsReport report, Func<string, string>? link = null)
    {
        var rows = report.Top().ToList();
        if (rows.Count == 0)
            return Html.Empty;
        var most = rows[0].Downloads;
        return Html.Of($"""
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

    static Html Row(string? cell, long downloads, long most, Func<string, string>? link) => Html.Of($"""
        <tr><td>{CellOf(cell, link)}</td>
        <td class="number">{PageText.Count(downloads)}</td>
        <td><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="{100 * downloads / most}" height="8"/></svg></td></tr>

        """);

    static Html CellOf(string? cell, Func<string, string>? link) =>
        cell is null ? Html.Of($"unknown")
        : link is null ? Html.Of($"{cell}")
        : Html.Of($"""<a href="{link(cell)}">{cell}</a>""");
}
