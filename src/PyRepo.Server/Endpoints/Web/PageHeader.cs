namespace PyRepo.Server.Endpoints.Web;

/// <summary>The header of a repository's pages: where one is, the search, who is signed in, and where to go.</summary>
static class PageHeader
{
    /// <summary>Creates the header of a page that is of no repository.</summary>
    public static Html OfServer() => Html.From($"""
        <header class="top">
        <div class="bar"><a class="brand" href="/">{Icons.Mark}PyRepo</a></div>
        </header>
        """);

    /// <summary>Creates the header.</summary>
    /// <param name="page">The request.</param>
    /// <param name="crumb">The subject of the page, at the end of the breadcrumb, or null.</param>
    public static Html Render(PageContext page, string? crumb)
    {
        var links = Html.Join(GetLinks(page).Select(link => Link(page, link.Path, link.Label)));
        return Html.From($"""
            <header class="top">
            <div class="bar">
            {Breadcrumb(page, crumb)}
            {Html.If(page.OffersReading, $"""
                <form class="search" role="search" action="{page.Root}search/">
                <input type="search" name="q" value="{page.Query("q")}" aria-label="Search projects"
                  placeholder="Search projects" maxlength="{ProjectSearch.MaxQueryLength}">
                <button class="secondary" aria-label="Search">{Icons.Search}</button>
                </form>
                """)}
            {Account(page)}
            <details class="menu sections-menu" name="menu"><summary>{Icons.Menu}Menu</summary>
            <nav aria-label="Menu">{links}</nav></details>
            </div>
            <nav class="sections bar" aria-label="Repository">{links}</nav>
            </header>
            """);
    }

    static Html Breadcrumb(PageContext page, string? crumb) => Html.From($"""
        <nav class="breadcrumb" aria-label="Breadcrumb"><ol>
        {(page.Access.MayReadSome || page.Request.Repository.HasServerPage
            ? Html.From($"""<li><a class="brand" href="{page.Home}">{Icons.Mark}PyRepo</a></li>""")
            : Html.From($"""<li><span class="brand">{Icons.Mark}PyRepo</span></li>"""))}
        {(page.Access.MayReadSome ? Front(page) : Html.From($"<li><span>{page.Request.Repository.Name}</span></li>"))}
        {Html.If(crumb is not null, $"<li><span><bdi>{crumb}</bdi></span></li>")}
        </ol></nav>
        """);

    static Html Front(PageContext page) => Html.From($"""
        <li><a href="{page.Root}"{Html.If(page.Path.Length == 0, $" aria-current=\"page\"")}>
        {page.Request.Repository.Name}</a></li>
        """);

    static IEnumerable<(string Path, string Label)> GetLinks(PageContext page)
    {
        if (page.OffersReading)
        {
            yield return ("project/", "Projects");
            yield return ("stats/", "Statistics");
        }
        if (page.OffersUploads && page.Path != "login/")
            yield return ("upload/", "Upload");
        if (page.OffersTokens)
            yield return ("tokens/", "Tokens");
        if (page.OffersDownloads)
            yield return ("downloads/", "Download log");
        if (page.OffersRetention)
            yield return ("retention/", "Retention");
    }

    /// <summary>Creates a link. It says whether it leads to this page, or to one that this page belongs to.</summary>
    static Html Link(PageContext page, string path, string label)
    {
        var current = page.Path == path ? "page" : page.Path.StartsWith(path, StringComparison.Ordinal) ? "true" : null;
        return Html.From($"""
            <a href="{page.Root}{path}"{Html.If(current is not null, $" aria-current=\"{current}\"")}>{label}</a>

            """);
    }

    static Html Account(PageContext page) =>
        !page.HasSignIn ? Html.Empty
        : page.IsSignedIn
            ? Html.From($"""
                <details class="menu account" name="menu">
                <summary><span class="user"><bdi>{page.Access.User}</bdi></span></summary>
                <form method="post" action="{page.Root}logout/">
                <p class="muted">Signed in to {page.Request.Repository.Name}</p>
                <button class="secondary">Sign out</button></form></details>
                """)
            : Html.If(page.Path != "login/", $"""
            <a class="button secondary" href="{page.Root}login/?next={Next(page)}">Sign in</a>
            """);

    /// <summary>Signing in leads back to the page.</summary>
    static string Next(PageContext page) => Uri.EscapeDataString(
        Uri.EscapeDataString(page.Path).Replace("%2F", "/", StringComparison.Ordinal)
            + page.Request.Context.Request.QueryString);
}

/// <summary>The footer: documentation, the addresses for programs, and the version.</summary>
static class PageFooter
{
    const string External = "nofollow noopener noreferrer";

    /// <summary>Creates the footer of a page that is of no repository.</summary>
    public static Html OfServer() => Html.From($"""
        <footer><div class="bar">
        <span>PyRepo {ProgramVersion.Text}</span>
        {Documentation}
        </div></footer>
        """);

    /// <summary>Creates the footer.</summary>
    public static Html Render(PageContext page) => Html.From($"""
        <footer><div class="bar">
        <span>PyRepo {ProgramVersion.Text}</span>
        {Documentation}
        <a href="{page.Root}api/v1/openapi.json">API</a>
        <span>Index <code>{page.Request.AbsoluteBase()}simple/</code></span>
        </div></footer>
        """);

    static Html Documentation => Html.From(
        $"""<a href="{Http.ProblemType.Documentation}index.md" rel="{External}">Documentation</a>""");
}
