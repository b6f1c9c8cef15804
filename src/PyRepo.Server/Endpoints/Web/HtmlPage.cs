using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
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
    /// <inheritdoc cref="RenderAsync(PageContext, string, Func{Html}, int, long, string)"/>
    public static async Task SendAsync(
        PageContext page, string title, Func<Html> main, int status = StatusCodes.Status200OK,
        long weight = UsualWeight, string? crumb = null) =>
        await SendAsync(page.Request.Context, await RenderAsync(page, title, main, status, weight, crumb));

    /// <summary>Sends a page that is of no repository.</summary>
    public static async Task SendAsync(
        HttpContext context, string title, Func<Html> main, int status = StatusCodes.Status200OK) =>
        await SendAsync(context, await RenderAsync(
            context, title, new PageFrame("/", PageHeader.OfServer, PageFooter.OfServer), main,
            status, UsualWeight));

    /// <summary>Renders a page of a repository.</summary>
    /// <param name="page">The request.</param>
    /// <param name="title">The topic of the page.</param>
    /// <param name="main">Makes the content.</param>
    /// <param name="status">The status of the response.</param>
    /// <param name="weight">The memory that it takes to make the page, in bytes.</param>
    /// <param name="crumb">The subject of the page, at the end of the breadcrumb, or null.</param>
    public static Task<RenderedHtmlPage> RenderAsync(
        PageContext page, string title, Func<Html> main, int status = StatusCodes.Status200OK,
        long weight = UsualWeight, string? crumb = null)
    {
        var name = page.Request.Repository.Name;
        var message = PageMessage.Take(page);
        var frame = new PageFrame(page.Root, () => PageHeader.Render(page, crumb), () => PageFooter.Render(page));
        return RenderAsync(
            page.Request.Context, title.Length == 0 ? $"{name} – PyRepo" : $"{title} – {name}", frame,
            () => Html.From($"{message}{main()}"), status, weight);
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
        // Where this server ends TLS itself. All that listens on the machine shares the name localhost.
        if (context.Features.Get<ITlsHandshakeFeature>() is not null
            && !LocalHosts.Include(context.Request.Headers.Host.ToString()))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
        response.ContentLength = page.Length;
        await PageSender.SendBodyAsync(context, page);
    }

    static async Task<RenderedHtmlPage> RenderAsync(
        HttpContext context, string title, PageFrame frame, Func<Html> main, int status, long weight)
    {
        var gzip = Negotiation.AcceptsGzip(context.Request.Headers.AcceptEncoding.ToString());
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
            <link rel="icon" href="{Icons.Favicon}">
            <link rel="stylesheet" href="{frame.Root}{PageAssets.Styles.Path}">
            <script src="{frame.Root}{PageAssets.Script.Path}" nonce="{nonce}" defer></script>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            {frame.Header()}
            <main id="main" tabindex="-1">
            {main()}
            </main>
            {frame.Footer()}
            </body>
            </html>

            """).Text)))
        {
            Length = weight,
            MaxLengthInMemory = MaxLengthInMemory,
        };
        var page = await HtmlPageWork.RunAsync(
            weight, work => RenderedPage.Render(content, gzip, work), context.RequestAborted);
        return new RenderedHtmlPage(page, nonce, status);
    }
}

/// <summary>A page for people, ready to send.</summary>
/// <param name="Page">Its bytes.</param>
/// <param name="Nonce">The nonce of its script tags.</param>
/// <param name="Status">The status of the response.</param>
sealed record RenderedHtmlPage(RenderedPage Page, string Nonce, int Status);

/// <summary>Everything around the content of a page.</summary>
/// <param name="Root">The path of the repository's base, relative to the page.</param>
/// <param name="Header">Makes the header.</param>
/// <param name="Footer">Makes the footer.</param>
sealed record PageFrame(string Root, Func<Html> Header, Func<Html> Footer);
