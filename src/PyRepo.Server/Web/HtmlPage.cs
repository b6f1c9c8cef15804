using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Web;

/// <summary>Sends pages for people. They work without scripts, and load nothing from elsewhere.</summary>
static class HtmlPage
{
    /// <summary>Sends a page of a repository.</summary>
    /// <param name="page">The request.</param>
    /// <param name="title">What the page is about.</param>
    /// <param name="main">The content.</param>
    /// <param name="status">The status of the response.</param>
    public static Task SendAsync(PageContext page, string title, Html main, int status = StatusCodes.Status200OK)
    {
        var name = page.Request.Repository.Name;
        return SendAsync(
            page.Request.Context, title.Length == 0 ? name : $"{title} – {name}", PageHeader.Of(page), main, page.Root,
            status);
    }

    /// <summary>Sends a page that is of no repository.</summary>
    public static Task SendAsync(HttpContext context, string title, Html main) => SendAsync(
        context, title, Html.Of($"""<header><a class="brand" href="/">PyRepo</a></header>"""), main, "/",
        StatusCodes.Status200OK);

    static async Task SendAsync(HttpContext context, string title, Html header, Html main, string root, int status)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var page = Encoding.UTF8.GetBytes(Html.Of($"""
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
            {header}
            <main id="main" tabindex="-1">
            {main}
            </main>
            <footer>PyRepo {ProgramVersion.Text}</footer>
            </body>
            </html>

            """).Text);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer": browsers without Fetch Metadata would hide the origin of forms.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.ContentLength = page.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(page, context.RequestAborted);
    }
}
