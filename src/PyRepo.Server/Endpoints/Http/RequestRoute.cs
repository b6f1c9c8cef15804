using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The kind of a request, for metrics: one of eight, whatever clients ask for.</summary>
enum RequestRoute
{
    /// <summary>The list of projects and the pages of projects: <c>simple/</c>.</summary>
    Index,

    /// <summary>The bytes of distributions: <c>packages/</c> and <c>files/</c>.</summary>
    File,

    /// <summary>Core metadata and provenance of distributions.</summary>
    Metadata,

    /// <summary>Uploads.</summary>
    Upload,

    /// <summary>PyPI's JSON API: <c>pypi/</c>.</summary>
    Json,

    /// <summary>PyRepo's own API and advisories: <c>api/</c> and <c>osv/</c>.</summary>
    Api,

    /// <summary>The pages for people.</summary>
    Page,

    /// <summary>Redirects, and all that does not exist.</summary>
    Other,
}

/// <summary>Finds the kind of a request.</summary>
static class RequestRoutes
{
    /// <summary>All kinds, in the order of their numbers.</summary>
    public static ImmutableArray<RequestRoute> All { get; } = [.. Enum.GetValues<RequestRoute>()];

    static readonly ImmutableArray<string> _labels =
#pragma warning disable CA1308 // The values of labels have small letters.
        [.. Enum.GetNames<RequestRoute>().Select(name => name.ToLowerInvariant())];
#pragma warning restore CA1308

    /// <summary>Returns the value of the label <c>route</c>.</summary>
    public static string ToLabel(this RequestRoute route) => _labels[(int)route];

    /// <summary>Returns the kind of a request.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="path">Its path below the repository's base path.</param>
    /// <param name="method">Its method.</param>
    public static RequestRoute Find(Route route, ReadOnlySpan<char> path, string method) => route switch
    {
        Route.SimpleProject or Route.ProjectList => RequestRoute.Index,
        Route.File { IsMetadata: false } or Route.Alias { IsMetadata: false } => RequestRoute.File,
        Route.File or Route.Alias => RequestRoute.Metadata,
        Route.Legacy => RequestRoute.Upload,
        Route.Home => HttpMethods.IsPost(method) ? RequestRoute.Upload : RequestRoute.Page,
        Route.ProjectJson => RequestRoute.Json,
        Route.Endpoint => FindByFolder(path, method),
        _ => RequestRoute.Other,
    };

    /// <summary>
    /// Returns whether a path below a repository's base path is that of a page for people, or of a form on it.
    /// </summary>
    public static bool IsPage(string path, string method) =>
        Find(Route.Parse(path), path, path.Length == 0 ? method : HttpMethods.Get) is RequestRoute.Page;

    static RequestRoute FindByFolder(ReadOnlySpan<char> path, string method)
    {
        var end = path.IndexOf('/');
        return (end < 0 ? path : path[..end]) switch
        {
            "api" or "osv" => RequestRoute.Api,
            "integrity" => RequestRoute.Metadata,
            "upload" when HttpMethods.IsPost(method) => RequestRoute.Upload,
            "upload" or "project" or "search" or "stats" or "downloads" or "retention" or "tokens" or "login"
                or "logout" => RequestRoute.Page,
            _ => RequestRoute.Other,
        };
    }
}
