using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The pages for people.</summary>
static class PageRoutes
{
    static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    static readonly string _version = $"{{version:maxlength({ServerLimits.MaxVersionLength})}}";

    /// <summary>Adds the pages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            "+assets/{hash:length(16)}/{name:maxlength(30)}", _read,
            (RepositoryRequest request, string hash, string name) =>
                PageAssets.SendAsync(request.Context, $"+assets/{hash}/{name}"))
            .ExcludeFromDescription();
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapMethods("", _read, (RepositoryRequest request) => FrontPage.ShowAsync(request));
        pages.MapMethods("search/", _read, (RepositoryRequest request) => SearchPage.ShowAsync(request));
        pages.MapMethods(
            "stats/", _read, (RepositoryRequest request, StatisticsPage page) => page.ShowAsync(request));
        pages.MapMethods(
            "downloads/", _read, (RepositoryRequest request, DownloadsPage page) => page.ShowAsync(request));
        MapProjects(pages);
        pages.MapMethods("upload/", _read, (RepositoryRequest request) => UploadPage.ShowAsync(request));
        pages.MapPost("upload/", (RepositoryRequest request, UploadPage page) => page.ReceiveAsync(request));
        pages.MapMethods("login/", _read, (RepositoryRequest request) => LoginPage.ShowAsync(request));
        pages.MapPost("login/", (RepositoryRequest request) => LoginPage.LogInAsync(request));
        pages.MapPost("logout/", (RepositoryRequest request) => LoginPage.LogOutAsync(request));
        pages.MapMethods("retention/", _read, (RepositoryRequest request) => RetentionPage.ShowAsync(request));
        pages.MapPost("retention/", (RepositoryRequest request) => RetentionPage.RunAsync(request));
        pages.MapMethods("tokens/", _read, (RepositoryRequest request, TokensPage page) => page.ShowAsync(request));
        pages.MapPost("tokens/", (RepositoryRequest request, TokensPage page) => page.ChangeAsync(request));
    }

    static void MapProjects(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("project/", _read, (RepositoryRequest request) => ProjectListPage.ShowAsync(request));
        pages.MapMethods(
            "project/{project:project}/", _read,
            (RepositoryRequest request, ProjectName project, ProjectPage page) =>
                page.ShowAsync(request, project, version: null));
        pages.MapPost(
            "project/{project:project}/",
            (RepositoryRequest request, ProjectName project, ProjectPage page) => page.ChangeAsync(request, project));
        pages.MapMethods(
            $"project/{{project:project}}/{_version}/", _read,
            (RepositoryRequest request, ProjectName project, string version, ProjectPage page) =>
                page.ShowAsync(request, project, version));
    }
}

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
                : throw new RejectedException(
                    RejectionReason.NotFound, $"There is no such page of projects: there are {pages}.");
        var shown = catalog.Entries.AsSpan().Slice(
            (number - 1) * PageSize, Math.Min(PageSize, catalog.Entries.Length - ((number - 1) * PageSize))).ToArray();
        await HtmlPage.SendAsync(page, "Projects", () => Html.From($"""
            <h1>{PageText.Count(catalog.Entries.Length, "project", "projects")}</h1>
            {Notices.Incomplete(catalog)}
            {Html.If(catalog.Entries.IsEmpty, $"<p>There is nothing here yet.</p>")}
            {ProjectRows.Render(page, shown)}
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
            <p>{Summary(query, found.Length)}</p>
            {ProjectRows.Render(page, found.Take(MaxResults))}
            {Html.If(
                found.Length > MaxResults,
                $"<p>Only the best {MaxResults} are shown. Add a word to find fewer.</p>")}
            {Elsewhere(page, query, found.Any(entry => entry.Project.Value == query))}
            </div>
            """));
    }

    static Html Summary(string query, int count) => query.Length == 0
        ? Html.From($"Enter words of a project's name or summary.")
        : Html.From($"{PageText.Count(count, "project", "projects")} for <q><bdi>{query}</bdi></q>");

    /// <summary>A proxy has projects that nobody has asked for yet. Only their names are needed to see them.</summary>
    static Html Elsewhere(PageContext page, string query, bool isListed) => Html.If(
        page.Request.Repository.HasUpstream && !isListed && ProjectName.TryParse(query, out _),
        $"""
        <p>Upstream may have it all the same:
        <a href="{page.Root}project/{GetNormalized(query)}/">look for {query}</a></p>
        """);

    static string GetNormalized(string query) => ProjectName.TryParse(query, out var name) ? name.Value : "";
}
