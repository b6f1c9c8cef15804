using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.TrustedPublishing;
using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Serving.Routing;

/// <summary>
/// The pages for people, the API and trusted publishing, as ASP.NET Core's endpoints. Their patterns are relative to a
/// repository's base path.
/// </summary>
sealed class RepositoryEndpoints(IServiceProvider services)
{
    /// <summary>Where the API is described.</summary>
    public const string Description = "api/v1/openapi.json";

    readonly Lazy<RequestDelegate> _pipeline = new(() => Build(services));

    /// <summary>Handles a request at the host's root, which is to no repository.</summary>
    public Task HandleAsync(HttpContext context)
    {
        // All services live as long as the server, so that a request needs no scope of its own.
        context.RequestServices = services;
        return _pipeline.Value(context);
    }

    /// <summary>Handles a request to a repository.</summary>
    /// <param name="context">The request.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="rest">The path below the repository's base path.</param>
    public async Task HandleAsync(HttpContext context, RepositoryRegistration repository, string rest)
    {
        context.Features.Set(repository);
        await HandleBelowAsync(context, repository, rest, HandleAsync);
    }

    /// <summary>Handles a request with a path that is relative to the repository's base path.</summary>
    public static async Task HandleBelowAsync(
        HttpContext context, RepositoryRegistration repository, string rest, RequestDelegate handle)
    {
        var request = context.Request;
        var (pathBase, path) = (request.PathBase, request.Path);
        (request.PathBase, request.Path) = (repository.BasePath.TrimEnd('/'), $"/{rest}");
        try
        {
            await handle(context);
        }
        finally
        {
            (request.PathBase, request.Path) = (pathBase, path);
        }
    }

    /// <summary>Adds all endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        OidcRoutes.Map(routes);
        PageRoutes.Map(routes);
        ApiRoutes.Map(routes);
        IntegrityRoutes.Map(routes);
        OsvRoutes.Map(routes);
        routes.MapOpenApi(Description);
    }

    static RequestDelegate Build(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.Use(next => context => RejectOtherMethodsAsync(context, next));
        app.UseEndpoints(Map);
        app.Run(context => throw new RejectedException(
            RejectionReason.NotFound, $"There is nothing at '{GetPath(context)}'."));
        return app.Build();
    }

    /// <summary>Says in words what ASP.NET Core answers to another method of a known path.</summary>
    static async Task RejectOtherMethodsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var response = context.Response;
        if (response.StatusCode != StatusCodes.Status405MethodNotAllowed || response.HasStarted)
            return;
        var allowed = response.Headers.Allow.ToString();
        throw new RejectedException(
            RejectionReason.NotAllowed,
            $"{context.Request.Method} is not allowed at '{GetPath(context)}', but only {allowed}.")
        { Allow = allowed };
    }

    static string GetPath(HttpContext context) => (context.Request.PathBase + context.Request.Path).Value ?? "";
}
