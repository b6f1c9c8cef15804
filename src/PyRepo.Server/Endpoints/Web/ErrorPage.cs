using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// Tells a person what failed, on a page of any status, or leads to the sign-in page. <see cref="ErrorResponse"/> tells
/// programs.
/// </summary>
static partial class ErrorPage
{
    /// <summary>Sends the page of a request to a repository. The request's path is relative to it.</summary>
    public static async Task WriteAsync(RepositoryRequest request, Exception error, ILogger logger)
    {
        var context = request.Context;
        if (ErrorResponse.TryBegin(context, error, logger) is not { } failure)
            return;
        if (failure.Status == 401 && MaySignIn(request))
        {
            var from = context.Request.Path.ToUriComponent()[1..] + context.Request.QueryString;
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
            PageForm.Redirect(request, $"login/?next={Uri.EscapeDataString(from)}");
            return;
        }
        await WriteAsync(context, failure, async () =>
        {
            var page = await FindCallerAsync(request, failure.Status);
            await HtmlPage.SendAsync(
                page, $"{failure.Status} {failure.Type.Title}",
                () => Render(failure, WayOn(page, failure)), failure.Status);
        });
    }

    /// <summary>Sends the page of a request to no repository.</summary>
    public static async Task WriteAsync(HttpContext context, Exception error, ILogger logger)
    {
        if (ErrorResponse.TryBegin(context, error, logger) is not { } failure)
            return;
        await WriteAsync(context, failure, () => HtmlPage.SendAsync(
            context, $"{failure.Status} {failure.Type.Title}",
            () => Render(failure, Html.From($"""<p><a href="/">All repositories</a></p>""")), failure.Status));
    }

    /// <summary>Where a page costs more than the server can spend now, a line of text does not.</summary>
    static async Task WriteAsync(HttpContext context, Failure failure, Func<Task> sendPage)
    {
        // A browser whose own password is wrong forgets it, and asks for another.
        if (failure.Status == 401)
            context.Response.Headers.WWWAuthenticate = ErrorResponse.Challenge;
        try
        {
            await sendPage();
        }
        catch (Exception error) when (
            error is OverloadedException or TooCostlyException && !context.Response.HasStarted)
        {
            await ErrorResponse.WriteAsync(context, failure);
        }
    }

    /// <summary>
    /// Whether a person can go on after signing in. What programs ask for is 401, whoever asks: they would read the
    /// sign-in page as an answer.
    /// </summary>
    static bool MaySignIn(RepositoryRequest request) =>
        request.Repository.Sessions is not null && request.Context.Request.Headers.Authorization.Count == 0
        && RequestRoutes.IsPage(request.Context.Request.Path.Value![1..], request.Context.Request.Method);

    /// <summary>The page is sent whether or not it can be told who asks.</summary>
    static async ValueTask<PageContext> FindCallerAsync(RepositoryRequest request, int status)
    {
        if (status is 401 or 429 || request.Repository.Unavailable is not null)
            return PageContext.Anonymous(request);
        try
        {
            return await PageContext.CreateAsync(request, isPublic: true);
        }
        catch (Exception error) when (
            error is AuthenticationFailedException or AuthenticationUnavailableException or RejectedException)
        {
            return PageContext.Anonymous(request);
        }
    }

    static Html WayOn(PageContext page, Failure failure) =>
        failure.Status >= 500 ? Html.From($"""<p><a href="">Try again</a></p>""")
        : page.Access.MayReadSome
            ? Html.From($"""<p><a href="{page.Root}">Back to {page.Request.Repository.Name}</a></p>""")
        : Html.Empty;

    static Html Render(Failure failure, Html back) => Html.From($"""
        <h1>{failure.Type.Title}</h1>
        <p class="lead">{Url.Replace(failure.Message, "$1")}</p>
        {back}
        """);

    /// <summary>An upstream's address is longer than what people want to know of it: its host.</summary>
    [GeneratedRegex(@"\bhttps?://(?:[^\s/@]+@)?([^\s/'""]+)(?:/[^\s'""]*)?", RegexOptions.CultureInvariant)]
    static partial Regex Url { get; }
}
