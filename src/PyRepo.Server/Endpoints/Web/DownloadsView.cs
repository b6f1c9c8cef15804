using Microsoft.Extensions.Primitives;
using PyRepo.Downloads;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Shows who downloaded what.</summary>
static class DownloadsView
{
    /// <summary>The rows on the page. The rest is in the numbers.</summary>
    const int MaxRows = 500;

    static readonly (string Name, string Label)[] _fields =
    [
        ("project", "Project"), ("version", "Version"), ("advisory", "Advisory ID"), ("sha256", "SHA-256"),
        ("since", "Since, such as 30d"),
    ];

    /// <summary>Creates the page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="filled">The fields that were filled in.</param>
    /// <param name="answer">The answer, or null if nothing was asked.</param>
    public static Html Render(PageContext page, Dictionary<string, StringValues> filled, DownloadAnswer? answer) =>
        Html.From($"""
            <h1>Download log</h1>
            <p class="lead">Who downloaded a project, from the download log</p>
            <form method="get" action="{page.Root}downloads/" class="stack">
            {_fields.Select(field => Html.From($"""
                <label>{field.Label} <input name="{field.Name}"
                value="{filled.GetValueOrDefault(field.Name).ToString()}"></label>

                """))}
            <button>Find downloads</button>
            </form>
            {(answer is null ? Html.Empty : RenderAnswer(page, filled, answer))}
            """);

    static Html RenderAnswer(PageContext page, Dictionary<string, StringValues> filled, DownloadAnswer answer)
    {
        var rows = answer.Rows.Where(row => !row.Part).OrderBy(row => row.First, StringComparer.Ordinal).ToList();
        var callers = rows.Select(DownloadTexts.GetCaller).Distinct().Count();
        var query = string.Join('&', filled.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!)}"));
        return Html.From($"""
            <h2>{PageText.Count(answer.Downloads, "download", "downloads")} by
            {PageText.Count(callers, "caller", "callers")}</h2>
            {DownloadTexts.GetNotes(answer).Select(note => Html.From($"""<p class="notice" role="status">{note}</p>"""))}
            {Html.If(rows.Count > MaxRows, $"""<p class="notice">The first {MaxRows} of {rows.Count} rows.</p>""")}
            {Html.If(rows.Count > 0, $"""
                <div class="scroll" tabindex="0" role="region" aria-label="Who downloaded it">
                <table>
                <thead><tr>{DownloadTexts.Head.Select(name => Html.From($"""<th scope="col">{name}</th>"""))}</tr></thead>
                <tbody>{rows.Take(MaxRows).Select(Row)}</tbody>
                </table>
                </div>
                """)}
            <p>All columns: <a href="{page.Root}api/v1/downloads?{query}&amp;format=csv">CSV</a>,
            <a href="{page.Root}api/v1/downloads?{query}">JSON</a></p>
            """);
    }

    static Html Row(CallerDownloads row) => Html.From($"""
        <tr>{DownloadTexts.GetCells(row).Select(cell => Html.From($"<td><bdi>{cell}</bdi></td>"))}</tr>

        """);
}
