using System.Text;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Web;

/// <summary>Sends pages for people. They need no scripts.</summary>
static class HtmlPage
{
    /// <summary>Sends a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">The title, as HTML.</param>
    /// <param name="body">The body, as HTML.</param>
    public static async Task SendAsync(HttpContext context, string title, string body)
    {
        var page = Encoding.UTF8.GetBytes($$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{{title}}</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
            pre { background: #f3f4f6; padding: .8rem; overflow-x: auto; }
            label { display: block; margin: .4rem 0; }
            td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
            </style>
            </head>
            <body>
            {{body}}</body>
            </html>

            """);
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
        response.ContentLength = page.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(page);
    }
}
