using System.Globalization;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>project/</c>: all projects, a hundred on a page.</summary>
static class ProjectListPage
{
    /// <summary>The projects on one page.</summary>
    public const int PageSize = 100;

    /// <summary>Sends the page.</summary>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var page = await PageContext.RequireReaderAsync(request);
        var catalog = await ReadableCatalog.ReadAsync(page);
        var pages = Math.Max(1, (catalog.Entries.Length + PageSize - 1) / PageSize);
        var text = page.Query("page") ?? "1";
        var number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            && asked >= 1 && asked <= pages
                ? asked
                : throw new HttpStatusException(404, $"There is no such page of projects: there are {pages}.");
        var shown = catalog.Entries.AsSpan().Slice(
            (number - 1) * PageSize, Math.Min(PageSize, catalog.Entries.Length - ((number - 1) * PageSize))).ToArray();
        await HtmlPage.SendAsync(page, "Projects", () => Html.Of($"""
            <h1>{PageText.Count(catalog.Entries.Length, "project", "projects")}</h1>
            {Notices.Incomplete(catalog)}
            {Html.If(catalog.Entries.IsEmpty, $"<p>There is nothing here yet.</p>")}
            {ProjectRows.Of(page, shown)}
            {Pager(number, pages)}
            """));
    }

    static Html Pager(int number, int pages) => Html.If(pages > 1, $"""
        <nav class="pager" aria-label="Pages of projects">
        {Html.If(number > 1, $"""<a href="?page={number - 1}" rel="prev">Previous</a>""")}
        <span>Page {number} of {pages}</span>
        {Html.If(number < pages, $"""<a href="?page={number + 1}" rel="next">Next</a>""")}
        </nav>
        """);
}
