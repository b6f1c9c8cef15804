using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.TrustedPublishing;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Serving.Routing;

/// <summary>
/// Handles every request on the package port: finds the repository and the route, and calls the endpoint for it.
/// </summary>
/// <remarks>The router depends only on <see cref="IRepository"/>, never on the kind of a repository.</remarks>
sealed class RequestRouter(
    RepositoryRegistry served,
    SimpleEndpoint simple,
    JsonApiEndpoint json,
    UploadEndpoint uploads,
    RepositoryEndpoints endpoints,
    RequestBodyDrain drain,
    ILogger<RequestRouter> logger)
{
    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context) => HandleAsync(context, DispatchAsync);

    /// <summary>Handles a request, and answers whatever fails on its way.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">The handler that comes before <see cref="DispatchAsync"/>, and calls it.</param>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        PassedProxies.Note(context.Request.Headers[PassedProxies.Header]);
        try
        {
            RequestHost.Require(context.Request.Headers.Host);
            var handling = next(context);
            return handling.IsCompletedSuccessfully ? Task.CompletedTask : GuardAsync(context, handling);
        }
        catch (Exception error)
        {
            return RejectAsync(context, error);
        }
    }

    async Task GuardAsync(HttpContext context, Task handling)
    {
        try
        {
            await handling;
        }
        catch (Exception error)
        {
            await RejectAsync(context, error);
        }
    }

    async Task RejectAsync(HttpContext context, Exception error)
    {
        var isFound = served.TryFind(context.Request.Path.Value ?? "/", out var repository, out var rest);
        if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var limit = isFound ? repository!.MaxFileSize : RepositoryRegistration.UsualMaxFileSize;
            await drain.DiscardAsync(context, 2 * limit.Bytes);
        }
        if (RequestModes.Of(context.Request) is not RequestMode.Navigation
            || !RequestHost.IsValid(context.Request.Headers.Host))
            await ErrorResponse.WriteAsync(context, error, logger);
        else if (isFound)
            await RepositoryEndpoints.HandleBelowAsync(
                context, repository!, rest,
                below => ErrorPage.WriteAsync(new RepositoryRequest(below, repository!), error, logger));
        else
            await ErrorPage.WriteAsync(context, error, logger);
    }

    /// <summary>Finds the repository and the route, and calls the endpoint for it.</summary>
    public Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (OidcEndpoint.IsAt(path))
            return endpoints.HandleAsync(context);
        if (!served.TryFind(path, out var repository, out var rest))
        {
            return path == "/" && IsRead(context) ? ServerPage.ShowAsync(context, served.All)
                : path.StartsWith("/+assets/", StringComparison.Ordinal) && IsRead(context)
                ? PageAssets.SendAsync(context, path[1..])
                : throw new RejectedException(RejectionReason.NotFound, $"There is no repository at '{path}'.");
        }
        var route = Route.Parse(rest);
        if (rest.Length == 0 && !path.EndsWith('/') && IsRead(context))
            route = new Route.Redirect("");
        var request = new RepositoryRequest(context, repository);
        context.Features.Set(repository.Requests[RequestRoutes.Find(route, rest, context.Request.Method)]);
        GroupRequest.Note(request);
        if (!IsRead(context))
            CrossSiteRequests.Reject(request);
        if (repository.Unavailable is { } why)
            throw new RejectedException(RejectionReason.Unavailable, $"'{repository.Name}' {why}.");
        return route switch
        {
            Route.SimpleProject(var project, var date) when IsRead(context) =>
                simple.ShowProjectAsync(request, project, date),
            Route.File file when IsRead(context) => FileEndpoint.SendAsync(request, file),
            Route.Alias alias when IsRead(context) => FileEndpoint.SendAsync(request, alias),
            Route.ProjectList when IsRead(context) => simple.ListProjectsAsync(request),
            Route.ProjectJson(var project, var version) when IsRead(context) =>
                json.ShowAsync(request, project, version),
            Route.Redirect("simple/" or "+simple/") when IsRead(context) && SimpleEndpoint.WantsJson(context.Request) =>
                simple.ListProjectsAsync(request),
            Route.Redirect(var location) when IsRead(context) => RedirectAsync(request, location),
            Route.MisplacedPage(var project) when IsRead(context) =>
                RedirectAsync(request, $"simple/{project.Value}/"),
            Route.Home or Route.Legacy when HttpMethods.IsPost(context.Request.Method) =>
                uploads.ReceiveAsync(request, logger),
            Route.Legacy => throw NotAllowed("POST", "Send uploads here with POST, using twine, uv or another client."),
            Route.ProjectList or Route.SimpleProject or Route.Redirect
                when HttpMethods.IsPost(context.Request.Method) =>
                throw NotAllowed(
                    "GET, HEAD", $"Upload to {request.AbsoluteBase()} instead. POST is not allowed at '{path}'."),
            Route.Endpoint when rest.StartsWith('@') => throw new RejectedException(
                RejectionReason.NotFound,
                $"There is nothing at '{path}'. The index of a date is at @2026-01-31/simple/, or "
                    + "@2026-01-31T12:00:00Z/simple/ for a time."),
            Route.MisplacedPage => throw new RejectedException(
                RejectionReason.NotFound, $"There is nothing at '{path}'."),
            // What is at the host's root is not below a repository's base path, too.
            Route.Endpoint when rest == DiscoveryEndpoint.Path[1..] =>
                throw new RejectedException(RejectionReason.NotFound, $"There is nothing at '{path}'."),
            Route.Home or Route.Endpoint => endpoints.HandleAsync(context, repository, rest),
            _ => throw NotAllowed("GET, HEAD", $"{context.Request.Method} is not allowed at '{path}'."),
        };
    }

    static bool IsRead(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    static RejectedException NotAllowed(string allowed, string message) =>
        new(RejectionReason.NotAllowed, message) { Allow = allowed };

    /// <summary>Redirects temporarily, because pip caches 301 and 308 forever.</summary>
    static Task RedirectAsync(RepositoryRequest request, string path)
    {
        var response = request.Context.Response;
        response.StatusCode = StatusCodes.Status302Found;
        var target = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        response.Headers.Location = request.Repository.BasePath + target + request.Context.Request.QueryString.Value;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
