using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web.Clients;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A repository's base path in a browser: what it is, how to use it, what is new, and how it is.</summary>
sealed class FrontPage(RecentDownloads downloads)
{
    const int NewestProjects = 8, TopProjects = 5;

    /// <summary>Sends the page.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var page = await PageContext.RequireReaderAsync(request);
        var catalog = await ReadableCatalog.ReadAsync(page);
        var sums = await downloads.SumAsync(page);
        await HtmlPage.SendAsync(page, "", () => Html.From($"""
            <h1>{request.Repository.Name} <span class="badge">{RepositoryKind.GetName(request.Repository)}</span></h1>
            <p class="lead">{RepositoryKind.GetDescription(request.Repository)}</p>
            {Notices.Incomplete(catalog)}
            {Totals(page, catalog)}
            <div class="cols even">
            <div>
            {Commands(page)}
            </div>
            <div>
            {RepositoryHealthView.Render(page)}
            {Newest(page, catalog)}
            {MostDownloaded(page, catalog, sums)}
            </div>
            </div>
            """));
    }

    static Html Totals(PageContext page, Catalog catalog) => Html.If(!catalog.Entries.IsEmpty, $"""
        <dl class="totals">
        <div><dt>Projects</dt><dd><a href="{page.Root}project/">{PageText.Count(catalog.Entries.Length)}</a></dd></div>
        <div><dt>Files</dt><dd>{PageText.Count(catalog.Entries.Sum(entry => entry.Files))}</dd></div>
        <div><dt>Size</dt><dd>{PageText.Size(catalog.Entries.Sum(entry => entry.Size))}</dd></div>
        </dl>
        """);

    static Html Commands(PageContext page)
    {
        var index = ClientIndex.Of(page);
        return Html.From($"""
            <h2>Use this index</h2>
            {ToolsView.Install(index, "PROJECT")}
            {Html.If(page.MayUpload, $"""
                <h2>Upload a package</h2>
                {ToolsView.Upload(index)}
                <p>Or <a href="{page.Root}upload/">upload a file in the browser</a>.</p>
                """)}
            """);
    }

    static Html Newest(PageContext page, Catalog catalog)
    {
        var newest = catalog.Entries.Where(entry => entry.NewestFileAt is not null)
            .OrderByDescending(entry => entry.NewestFileAt).Take(NewestProjects).ToList();
        return catalog.Entries.IsEmpty
            ? EmptyRepository.Render(page)
            : Html.If(newest.Count > 0, $"<h2>Recent uploads</h2>\n{ProjectRows.RenderCompact(page, newest)}");
    }

    static Html MostDownloaded(PageContext page, Catalog catalog, Dictionary<Packaging.Names.ProjectName, long> sums)
    {
        var most = catalog.Entries.Where(entry => sums.ContainsKey(entry.Project))
            .OrderByDescending(entry => sums[entry.Project]).Take(TopProjects).ToList();
        return Html.If(most.Count > 0, $"""
            <h2>Most downloaded in {RecentDownloads.Days} days</h2>
            <ol class="ranking">{most.Select(entry => Html.From($"""
                <li><a href="{page.Root}project/{entry.Project.Value}/"><bdi>{entry.DisplayName}</bdi></a>
                <span class="when">{PageText.Count(sums[entry.Project])}</span></li>

                """))}</ol>
            """);
    }
}

/// <summary>How to begin with a repository in which there is nothing that the caller may read.</summary>
static class EmptyRepository
{
    /// <summary>Creates the message.</summary>
    public static Html Render(PageContext page) => Html.From($"""
        <div class="empty"><p>{Message(page.Request.Repository)}</p>
        {Html.If(page.MayUpload, $"""<p><a class="button" href="{page.Root}upload/">Upload the first one</a></p>""")}
        {Html.If(!page.MayUpload && page.TakesUploads && !page.IsSignedIn && page.HasSignIn, $"""
            <p><a class="button" href="{page.Root}login/?next=upload/">Sign in to upload the first one</a></p>
            """)}
        </div>
        """);

    static string Message(RepositoryRegistration repository) => repository switch
    {
        { Members.Count: > 0 } => "No projects yet. What a member has appears here.",
        { HasUpstream: true } => "No projects yet. Install something from this index, and it is kept and listed here.",
        _ => "No projects yet.",
    };
}
