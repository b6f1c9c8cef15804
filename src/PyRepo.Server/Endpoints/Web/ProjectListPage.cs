using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Server.Content.Repositories;
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
        var isByAge = page.Query("sort") is "updated";
        var pages = Math.Max(1, (catalog.Entries.Length + PageSize - 1) / PageSize);
        var number = GetNumber(page, pages);
        var title = number == 1 ? "Projects" : $"Projects, page {number}";
        await HtmlPage.SendAsync(page, title, () => Html.From($"""
            <h1>{PageText.Count(catalog.Entries.Length, "project", "projects")}</h1>
            {Notices.Incomplete(catalog)}
            {(catalog.Entries.IsEmpty ? EmptyRepository.Render(page) : Order(isByAge))}
            {ProjectRows.Render(page, Sort(catalog.Entries, isByAge).Skip((number - 1) * PageSize).Take(PageSize))}
            {Pager.Render(number, pages, isByAge ? "?sort=updated&" : "?")}
            """));
    }

    static IEnumerable<CatalogEntry> Sort(ImmutableArray<CatalogEntry> entries, bool isByAge) =>
        isByAge ? entries.OrderByDescending(entry => entry.NewestFileAt) : entries;

    static Html Order(bool isByAge) => Html.From($"""
        <nav class="choice" aria-label="Order"><span class="muted">Sort by</span>
        <a href="?sort=name"{Html.If(!isByAge, $" aria-current=\"true\"")}>Name</a>
        <a href="?sort=updated"{Html.If(isByAge, $" aria-current=\"true\"")}>Last upload</a></nav>
        """);

    /// <exception cref="RejectedException">404: there is no such page.</exception>
    static int GetNumber(PageContext page, int pages) =>
        int.TryParse(page.Query("page") ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            && asked >= 1 && asked <= pages
                ? asked
                : throw new RejectedException(
                    RejectionReason.NotFound, $"There is no such page of projects: there are {pages}.");
}

/// <summary>The links to the pages of a list.</summary>
static class Pager
{
    /// <summary>Creates the links; nothing for a list of one page.</summary>
    /// <param name="number">The page that is shown.</param>
    /// <param name="pages">How many there are.</param>
    /// <param name="path">The path of a page, to which a parameter can be added.</param>
    public static Html Render(int number, int pages, string path) => Html.If(pages > 1, $"""
        <nav class="pager" aria-label="Pages of projects">
        {Html.If(number > 1, $"""<a href="{path}page={number - 1}" rel="prev">Previous</a>""")}
        <ol>{Numbers(number, pages).Select(each => Link(each, number, path))}</ol>
        {Html.If(number < pages, $"""<a href="{path}page={number + 1}" rel="next">Next</a>""")}
        <span class="muted">Page {number} of {pages}</span>
        </nav>
        """);

    /// <summary>Returns the first, the last and the neighbouring pages, and 0 where others are left out.</summary>
    static IEnumerable<int> Numbers(int number, int pages)
    {
        var last = 0;
        foreach (var each in Enumerable.Range(number - 2, 5).Prepend(1).Append(pages)
            .Where(each => each >= 1 && each <= pages).Distinct())
        {
            if (each > last + 1)
                yield return 0;
            yield return last = each;
        }
    }

    static Html Link(int each, int number, string path) => each == 0
        ? Html.From($"<li>…</li>\n")
        : Html.From($"""
            <li><a href="{path}page={each}"{Html.If(each == number, $" aria-current=\"page\"")}>{each}</a></li>

            """);
}
