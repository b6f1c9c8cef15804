using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Api;
using PyRepo.Server.Files;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;
using PyRepo.Server.JsonApi;
using PyRepo.Server.Repositories;
using PyRepo.Server.Simple;
using PyRepo.Server.TrustedPublishing;
using PyRepo.Server.Uploads;
using PyRepo.Server.Upstream;
using PyRepo.Server.Web;

namespace PyRepo.Server.Routing;

/// <summary>
/// Handles every request on the package port: finds the repository and the route, and calls the endpoint for it.
/// </summary>
/// <remarks>The router depends only on <see cref="IRepository"/>, never on the kind of a repository.</remarks>
sealed class RequestRouter(
    RepositoryRegistry served,
    SimpleEndpoint simple,
    JsonApiEndpoint json,
    UploadEndpoint uploads,
    TokensEndpoint tokens,
    TokensPage tokensPage,
    StatisticsEndpoint statistics,
    OidcEndpoint oidc,
    RequestBodyDrain drain,
    ILogger<RequestRouter> logger)
{
    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        PassedProxies.Note(context.Request.Headers[PassedProxies.Header]);
        try
        {
            var handling = DispatchAsync(context);
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
        if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var limit = served.TryFind(context.Request.Path.Value ?? "/", out var repository, out _)
                ? repository.MaxFileSize
                : RepositoryRegistration.UsualMaxFileSize;
            await drain.DiscardAsync(context, 2 * limit.Bytes);
        }
        await Problem.WriteAsync(context, error, logger);
    }

    Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (OidcEndpoint.IsAt(path))
            return oidc.HandleAsync(context);
        if (!served.TryFind(path, out var repository, out var rest))
        {
            return path == "/" && IsRead(context)
                ? HomePage.ListRepositoriesAsync(context, served.All)
                : throw new HttpStatusException(404, $"There is no repository at '{path}'.");
        }
        var route = Route.Parse(rest);
        if (rest.Length == 0 && !path.EndsWith('/') && IsRead(context))
            route = new Route.Redirect("");
        var request = new RepositoryRequest(context, repository);
        context.Features.Set(repository.Requests);
        if (!IsRead(context))
            CrossSiteRequests.Reject(request);
        if (repository.Unavailable is { } why)
            throw new HttpStatusException(503, $"'{repository.Name}' {why}.");
        return route switch
        {
            Route.ProjectPage(var project, var date) when IsRead(context) =>
                simple.ShowProjectAsync(request, project, date),
            Route.File file when IsRead(context) => FileEndpoint.SendAsync(request, file),
            Route.ProjectList when IsRead(context) => simple.ListProjectsAsync(request),
            Route.ProjectJson(var project, var version) when IsRead(context) =>
                json.ShowAsync(request, project, version),
            Route.Redirect(var location) when IsRead(context) => RedirectAsync(request, location),
            Route.MisplacedPage(var project) when IsRead(context) =>
                RedirectAsync(request, $"simple/{project.Value}/"),
            Route.Home when IsRead(context) => HomePage.ShowAsync(request),
            Route.Home or Route.Legacy when HttpMethods.IsPost(context.Request.Method) =>
                uploads.ReceiveAsync(request, logger),
            Route.Legacy => throw NotAllowed("POST", "Send uploads here with POST, using twine, uv or another client."),
            Route.ApiFile(var project, var file) when HttpMethods.IsDelete(context.Request.Method) =>
                ApiEndpoint.DeleteFileAsync(request, project, file, logger),
            Route.Why(var project, var version) when IsRead(context) =>
                WhyEndpoint.ShowAsync(request, project, version),
            Route.Statistics when IsRead(context) => statistics.ShowAsync(request),
            Route.TokensPage when IsRead(context) => tokensPage.ShowAsync(request),
            Route.TokensPage when HttpMethods.IsPost(context.Request.Method) => tokensPage.ChangeAsync(request),
            Route.TokensPage => throw NotAllowed("GET, HEAD, POST", "Only GET and POST are allowed here."),
            Route.ApiTokens when IsRead(context) => tokens.ListAsync(request),
            Route.ApiTokens when HttpMethods.IsPost(context.Request.Method) => tokens.CreateAsync(request),
            Route.ApiTokens => throw NotAllowed("GET, HEAD, POST", "Only GET and POST are allowed here."),
            Route.ApiToken(var id) when IsRead(context) => TokensEndpoint.ShowToGroupAsync(request, id),
            Route.ApiToken(var id) when HttpMethods.IsDelete(context.Request.Method) => tokens.RevokeAsync(request, id),
            Route.ApiToken => throw NotAllowed(
                "GET, HEAD, DELETE", "DELETE revokes a token; only the server of a group reads it."),
            Route.ApiFile => throw NotAllowed("DELETE", "Only DELETE is allowed here."),
            Route.ProjectList or Route.ProjectPage or Route.Redirect when HttpMethods.IsPost(context.Request.Method) =>
                throw NotAllowed(
                    "GET, HEAD", $"Upload to {request.AbsoluteBase()} instead. POST is not allowed at '{path}'."),
            Route.NotFound when rest.StartsWith('@') => throw new HttpStatusException(
                404, $"There is nothing at '{path}'. The index of a date is at @2026-01-31/simple/, or "
                    + "@2026-01-31T12:00:00Z/simple/ for a time."),
            Route.NotFound or Route.MisplacedPage =>
                throw new HttpStatusException(404, $"There is nothing at '{path}'."),
            _ => throw NotAllowed("GET, HEAD", $"{context.Request.Method} is not allowed at '{path}'."),
        };
    }

    static bool IsRead(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    static HttpStatusException NotAllowed(string allowed, string message) => new(405, message) { Allow = allowed };

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
