using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;
using PyRepo.Server.Mirroring;
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
        return HtmlPage.SendAsync(
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
        if (request.Repository.Mirror is { } mirror)
            body.Append(MirrorLine(mirror));
        if (request.Repository.Tokens is not null)
            body.Append("<p><a href=\"tokens/\">Tokens</a>, for those who maintain this repository</p>\n");
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
        await HtmlPage.SendAsync(request.Context, name, body.ToString());
    }

    static string MirrorLine(MirrorProgress mirror)
    {
        var last = mirror.LastSync is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"last complete on {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
            : "not complete yet";
        return $"<p>Mirror: {mirror.ProjectsDone} of {mirror.ProjectsTotal} projects, {last}.</p>\n";
    }
}
