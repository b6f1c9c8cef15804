using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Sends pages for people. They work without scripts, and load nothing from elsewhere.</summary>
static class HtmlPage
{
    /// <summary>The memory that a page without much on it takes, in bytes.</summary>
    const long UsualWeight = 512 << 10;

    /// <summary>
    /// The longest page that is in memory while it is sent: each is for one reader, who may be slow.
    /// </summary>
    const int MaxLengthInMemory = 64 << 10;

    /// <summary>Sends a page of a repository.</summary>
    /// <inheritdoc cref="RenderAsync(PageContext, string, Func{Html}, int, long)"/>
    public static async Task SendAsync(
        PageContext page, string title, Func<Html> main, int status = StatusCodes.Status200OK,
        long weight = UsualWeight) =>
        await SendAsync(page.Request.Context, await RenderAsync(page, title, main, status, weight));

    /// <summary>Sends a page that is of no repository.</summary>
    public static async Task SendAsync(
        HttpContext context, string title, Func<Html> main, int status = StatusCodes.Status200OK) =>
        await SendAsync(context, await RenderAsync(
            context, title, () => Html.From($"""<header><a class="brand" href="/">PyRepo</a></header>"""), main, "/",
            status, UsualWeight));

    /// <summary>Renders a page of a repository.</summary>
    /// <param name="page">The request.</param>
    /// <param name="title">The topic of the page.</param>
    /// <param name="main">Makes the content.</param>
    /// <param name="status">The status of the response.</param>
    /// <param name="weight">The memory that it takes to make the page, in bytes.</param>
    public static Task<RenderedHtmlPage> RenderAsync(
        PageContext page, string title, Func<Html> main, int status = StatusCodes.Status200OK,
        long weight = UsualWeight)
    {
        var name = page.Request.Repository.Name;
        return RenderAsync(
            page.Request.Context, title.Length == 0 ? name : $"{title} – {name}", () => PageHeader.Render(page), main,
            page.Root, status, weight);
    }

    /// <summary>Sends a page that is rendered. Whoever reads it slowly keeps nothing else in memory.</summary>
    public static async Task SendAsync(HttpContext context, RenderedHtmlPage rendered)
    {
        var page = rendered.Page;
        var response = context.Response;
        response.StatusCode = rendered.Status;
        response.ContentType = page.ContentType;
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.Vary = "Accept-Encoding";
        if (page.ContentEncoding.Count > 0)
            headers.ContentEncoding = page.ContentEncoding;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; script-src 'nonce-{rendered.Nonce}'; connect-src 'self'; "
            + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer": browsers without Fetch Metadata would hide the origin of forms.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.ContentLength = page.Length;
        await PageSender.SendBodyAsync(context, page);
    }

    static async Task<RenderedHtmlPage> RenderAsync(
        HttpContext context, string title, Func<Html> header, Func<Html> main, string root, int status, long weight)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var content = new PageContent("text/html; charset=utf-8", writer => writer.Write(
            Encoding.UTF8.GetBytes(Html.From($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{root}{PageAssets.Styles.Path}">
            <script src="{root}{PageAssets.Script.Path}" nonce="{nonce}" defer></script>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            {header()}
            <main id="main" tabindex="-1">
            {main()}
            </main>
            <footer>PyRepo {ProgramVersion.Text}</footer>
            </body>
            </html>

            """).Text)))
        {
            Length = weight,
            MaxLengthInMemory = MaxLengthInMemory,
        };
        var page = await HtmlPageWork.RunAsync(
            weight, work => RenderedPage.Render(content, Negotiation.AcceptsGzip(context.Request.Headers.AcceptEncoding.ToString()), work), context.RequestAborted);
        return new RenderedHtmlPage(page, nonce, status);
    }
}

/// <summary>A page for people, ready to send.</summary>
/// <param name="Page">Its bytes.</param>
/// <param name="Nonce">The nonce of its script tags.</param>
/// <param name="Status">The status of the response.</param>
sealed record RenderedHtmlPage(RenderedPage Page, string Nonce, int Status);

/// <summary>The header of a repository's pages: where to go, the search, and who is signed in.</summary>
static class PageHeader
{
    /// <summary>Creates the header.</summary>
    public static Html Render(PageContext page) => Html.From($"""
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
        {Html.If(page.IsSignedIn && page.Access.MayAudit, $"""<a href="{page.Root}downloads/">Who has it</a>""")}
        {Html.If(
            page.Request.Repository.Retention?.Next is not null
                && page.Access.Decide(AccessAction.Maintain, null, []).IsAllowed,
            $"""<a href="{page.Root}retention/">Retention</a>""")}
        {Account(page)}
        </nav>
        </header>
        """);

    static Html Account(PageContext page) =>
        !page.HasSignIn ? Html.Empty
        : page.IsSignedIn
            ? Html.From($"""
                <form method="post" action="{page.Root}logout/" class="inline">
                <span class="user">{page.Access.User}</span> <button>Sign out</button></form>
                """)
            : Html.From($"""<a href="{page.Root}login/">Sign in</a>""");
}
