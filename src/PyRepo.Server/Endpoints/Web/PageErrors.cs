using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Answers browsers with a page when a page cannot be sent, or leads them to the sign-in page.</summary>
static class PageErrors
{
    /// <summary>Runs an endpoint, as a filter.</summary>
    public static async ValueTask<object?> HandleAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        try
        {
            return await next(invocation);
        }
        catch (Exception error) when (
            !context.Response.HasStarted && IsBrowser(context) && ErrorResponse.From(error).Status < 500)
        {
            var (status, message) = ErrorResponse.From(error);
            var request = await RepositoryRequest.BindAsync(context);
            if (status == 401 && request.Repository.Sessions is not null
                && context.Request.Headers.Authorization.Count == 0)
            {
                // A form whose session has ended leads to its page, and has to be filled in again.
                var path = context.Request.Path.Value![1..] + context.Request.QueryString;
                PageForm.Redirect(request, $"login/?next={Uri.EscapeDataString(path)}");
                return Results.Empty;
            }
            if (status == 401)
                throw;
            await SendAsync(request, status, message, error);
            return Results.Empty;
        }
    }

    /// <summary>Says that there is nothing at a path, on a page if a browser asks for it.</summary>
    /// <exception cref="RejectedException">The error, for other clients.</exception>
    public static async Task NotFoundAsync(HttpContext context, RejectedException error)
    {
        if (!IsBrowser(context) || context.Features.Get<RepositoryRegistration>() is null)
            throw error;
        var (status, message) = ErrorResponse.From(error);
        await SendAsync(await RepositoryRequest.BindAsync(context), status, message, error);
    }

    static async Task SendAsync(RepositoryRequest request, int status, string message, Exception error)
    {
        var page = await PageContext.CreateAsync(request, isPublic: true);
        ErrorResponse.AddHeaders(request.Context.Response, error);
        await HtmlPage.SendAsync(page, $"{status}", () => Html.From($"""
            <h1>{ProblemType.From(error, status).Title}</h1>
            <p class="lead">{message}</p>
            <p><a href="{page.Root}">To the front page</a></p>
            """), status);
    }

    /// <summary>Whether a browser asked for a page.</summary>
    public static bool IsBrowser(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
