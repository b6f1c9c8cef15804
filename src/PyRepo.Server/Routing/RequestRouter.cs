using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Api;
using PyRepo.Server.Files;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;
using PyRepo.Server.JsonApi;
using PyRepo.Server.Repositories;
using PyRepo.Server.Simple;
using PyRepo.Server.Uploads;
using PyRepo.Server.Web;

namespace PyRepo.Server.Routing;

/// <summary>Every request for packages: finds the repository, who asks and what for, and hands over to the feature.</summary>
/// <remarks>It is written once over <see cref="IRepository"/>; nothing here asks which kind it serves.</remarks>
sealed class RequestRouter(
    RepositoryRegistry served,
    SimpleEndpoint simple,
    JsonApiEndpoint json,
    ILogger<RequestRouter> logger)
{
    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        try
        {
            var answer = DispatchAsync(context);
            return answer.IsCompletedSuccessfully ? Task.CompletedTask : GuardAsync(context, answer);
        }
        catch (Exception error)
        {
            return RejectAsync(context, error);
        }
    }

    async Task GuardAsync(HttpContext context, Task answer)
    {
        try
        {
            await answer;
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
            await RequestBodyDrain.DiscardAsync(context, 2 * limit.Bytes);
        }
        await Problem.WriteAsync(context, error, logger);
    }

    Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (!served.TryFind(path, out var repository, out var rest))
        {
            return path == "/" && IsRead(context)
                ? HomePage.ListRepositoriesAsync(context, served.All)
                : throw new RequestRejectedException(404, $"There is no repository at '{path}'.");
        }
        var route = Route.Parse(rest);
        if (rest.Length == 0 && !path.EndsWith('/') && IsRead(context))
            route = new Route.Redirect("");
        var request = new RepositoryRequest(context, repository);
        context.Features.Set(repository.Requests);
        if (repository.Unavailable is { } why)
            throw new RequestRejectedException(503, $"'{repository.Name}' {why}.");
        return route switch
        {
            Route.ProjectPage(var project) when IsRead(context) => simple.ShowProjectAsync(request, project),
            Route.File file when IsRead(context) => FileEndpoint.SendAsync(request, file),
            Route.ProjectList when IsRead(context) => simple.ListProjectsAsync(request),
            Route.ProjectJson(var project, var version) when IsRead(context) => json.ShowAsync(request, project, version),
            Route.Redirect(var elsewhere) when IsRead(context) => RedirectAsync(request, elsewhere),
            Route.Home when IsRead(context) => HomePage.ShowAsync(request),
            Route.Home or Route.Legacy when HttpMethods.IsPost(context.Request.Method) =>
                UploadEndpoint.ReceiveAsync(request, logger),
            Route.Legacy => throw NotAllowed("POST", "Uploads are sent here with POST, by twine, uv or another client."),
            Route.ApiFile(var project, var file) when HttpMethods.IsDelete(context.Request.Method) =>
                ApiEndpoint.DeleteFileAsync(request, project, file, logger),
            Route.ApiFile => throw NotAllowed("DELETE", "Only DELETE is understood here."),
            Route.NotFound => throw new RequestRejectedException(404, $"There is nothing at '{path}'."),
            _ => throw NotAllowed("GET, HEAD", $"{context.Request.Method} is not understood at '{path}'."),
        };
    }

    static bool IsRead(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    static RequestRejectedException NotAllowed(string allowed, string sentence) => new(405, sentence) { Allow = allowed };

    /// <summary>Never for ever: pip keeps 301 and 308 without end.</summary>
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
