using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Web;

/// <summary>The landing page for people, with the available repositories or the commands to paste.</summary>
static class HomePage
{
    const int MaxProjects = 1000;

    /// <summary>Sends <c>/</c>: the list of this server's repositories.</summary>
    public static Task ListRepositoriesAsync(
        HttpContext context, IReadOnlyCollection<RepositoryRegistration> repositories)
    {
        var items = string.Concat(repositories.Select(r =>
            $"<li><a href=\"{WebUtility.HtmlEncode(r.BasePath)}\">{WebUtility.HtmlEncode(r.Name)}</a></li>\n"));
        return SendAsync(
            context, "PyRepo", $"<h1>PyRepo</h1>\n<p>Repositories of this server:</p>\n<ul>\n{items}</ul>\n");
    }

    /// <summary>Sends a repository's base path: how to install from it and upload to it.</summary>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var access = request.IsPublic(null, [])
            ? null
            : await request.AuthorizeAsync(AccessAction.Read, null, []);
        var (name, url) =
            (WebUtility.HtmlEncode(request.Repository.Name), WebUtility.HtmlEncode(request.AbsoluteBase()));
        var body = new StringBuilder($"""
            <h1>{name}</h1>
            <p>Install from here:</p>
            <pre>pip install --index-url {url}simple/ PROJECT
            uv pip install --index-url {url}simple/ PROJECT</pre>

            """);
        if (request.Repository.Uploads is not null)
        {
            body.Append($"""
                <p>Upload to here:</p>
                <pre>twine upload --repository-url {url} dist/*
                uv publish --publish-url {url} dist/*</pre>

                """);
        }
        // Do not list the projects of an upstream: the list may be very long, and nobody asked for it.
        if (request.Repository.Uploads is not null && request.Repository.Members.Count == 0
            && await request.Repository.Repository.ListProjectsAsync(request.Aborted) is ProjectListAnswer.Known known)
        {
            var readable = access is null ? known.Projects : ReadableProjects.Of(known, access);
            body.Append($"<p>{readable.Length} projects:</p>\n<ul>\n");
            foreach (var project in readable.Take(MaxProjects))
                body.Append($"<li><a href=\"simple/{project.Value}/\">{project.Value}</a></li>\n");
            body.Append("</ul>\n");
            if (readable.Length > MaxProjects)
                body.Append("<p><a href=\"simple/\">All projects</a></p>\n");
        }
        await SendAsync(request.Context, name, body.ToString());
    }

    static async Task SendAsync(HttpContext context, string title, string body)
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
            </style>
            </head>
            <body>
            {{body}}</body>
            </html>

            """);
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        response.ContentLength = page.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(page);
    }
}
