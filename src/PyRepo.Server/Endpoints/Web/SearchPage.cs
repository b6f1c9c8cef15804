using PyRepo.Packaging.Names;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>search/?q=</c>: the projects with some words in their names or summaries.</summary>
static class SearchPage
{
    const int MaxResults = 100;

    /// <summary>Sends the page.</summary>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var page = await PageContext.RequireReaderAsync(request);
        var query = page.Query("q") ?? "";
        var catalog = await ReadableCatalog.ReadAsync(page);
        var found = ProjectSearch.Find(catalog.Entries, query);
        await HtmlPage.SendAsync(page, query.Length == 0 ? "Search" : $"Search for {query}", () => Html.From($"""
            <h1>Search</h1>
            {Notices.Incomplete(catalog)}
            <div id="results" aria-live="polite">
            {Summary(page, query, found.Length)}
            {ProjectRows.Render(page, found.Take(MaxResults), ProjectSearch.GetWords(query))}
            {Html.If(
                found.Length > MaxResults,
                $"<p>Only the best {MaxResults} are shown. Add a word to find fewer.</p>")}
            {Elsewhere(page, query, found.Any(entry => entry.Project.Value == query))}
            </div>
            """));
    }

    static Html Summary(PageContext page, string query, int count) => (query.Length, count) switch
    {
        (0, _) => Html.From($"<p>Enter words of a project's name or summary.</p>"),
        (_, 0) => Html.From($"""
            <div class="empty"><p>No projects for <q><bdi>{query}</bdi></q>.</p>
            <p><a href="{page.Root}project/">Browse all projects</a></p></div>
            """),
        _ => Html.From($"<p>{PageText.Count(count, "project", "projects")} for <q><bdi>{query}</bdi></q></p>"),
    };

    /// <summary>A proxy has projects that nobody has asked for yet. Only their names are needed to see them.</summary>
    static Html Elsewhere(PageContext page, string query, bool isListed) => Html.If(
        page.Request.Repository.HasUpstream && !isListed && ProjectName.TryParse(query, out _),
        $"""
        <p>Upstream may have it all the same:
        <a href="{page.Root}project/{GetNormalized(query)}/">look for {query}</a></p>
        """);

    static string GetNormalized(string query) => ProjectName.TryParse(query, out var name) ? name.Value : "";
}
