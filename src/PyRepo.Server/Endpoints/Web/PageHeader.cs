using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The header of a repository's pages: where to go, the search, and who is signed in.</summary>
static class PageHeader
{
    /// <summary>Creates the header.</summary>
    public static Html Of(PageContext page) => Html.Of($"""
        <header>
        <a class="brand" href="{page.Root}">{page.Request.Repository.Name}</a>
        <form class="search" role="search" action="{page.Root}search/">
        <input type="search" name="q" value="{page.Query("q")}" aria-label="Search projects"
          placeholder="Search projects" maxlength="{ProjectSearch.MaxQueryLength}">
        <button>Search</button>
        </form>
        <nav aria-label="Repository">
        <a href="{page.Root}project/">Projects</a>
        <a href="{page.Root}stats/">Statistics</a>
        {Html.If(page.TakesUploads, $"""<a href="{page.Root}upload/">Upload</a>""")}
        {Html.If(
            page.Request.Repository.Tokens is not null && page.IsSignedIn,
            $"""<a href="{page.Root}tokens/">Tokens</a>""")}
        {Html.If(
            page.Request.Repository.Retention?.Rules is not null
                && page.Access.Decide(AccessAction.Maintain, null, []).IsAllowed,
            $"""<a href="{page.Root}retention/">Retention</a>""")}
        {Account(page)}
        </nav>
        </header>
        """);

    static Html Account(PageContext page) =>
        !page.HasSignIn ? Html.Empty
        : page.IsSignedIn
            ? Html.Of($"""
                <form method="post" action="{page.Root}logout/" class="inline">
                <span class="user">{page.Access.User}</span> <button>Sign out</button></form>
                """)
            : Html.Of($"""<a href="{page.Root}login/">Sign in</a>""");
}
