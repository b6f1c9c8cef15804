using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>login/</c> and <c>logout/</c>: a session in a browser.</summary>
static class LoginPage
{
    /// <summary>Sends the form.</summary>
    /// <exception cref="RejectedException">404: nobody can sign in.</exception>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        RequireSignIn(request);
        var page = await PageContext.CreateAsync(request, isPublic: true);
        await SendAsync(page, page.Query("next"), user: null, problem: null, StatusCodes.Status200OK);
    }

    /// <summary>Starts a session if the password is right, and leads to where the user came from.</summary>
    public static async Task LogInAsync(RepositoryRequest request)
    {
        RequireSignIn(request);
        var form = await PageForm.ReadAsync(request);
        var (user, password) = (form["user"] ?? "", form.Exact("password") ?? "");
        RequestAccess access;
        try
        {
            access = await request.AuthenticateAsync(Credentials.From(user, password));
        }
        catch (AuthenticationFailedException error)
        {
            FailedLogin.Note(request.Context, error);
            var page = PageContext.Anonymous(request);
            ErrorResponse.AddHeaders(request.Context.Response, error);
            // Not 401, at which browsers ask for a password themselves.
            var status = error.RetryAfter is null ? StatusCodes.Status403Forbidden : ErrorResponse.From(error).Status;
            await SendAsync(page, form["next"], user, error.Message, status);
            return;
        }
        SessionRequest.Start(request, user, password, access.Named);
        var next = LocalPath(form["next"]);
        PageForm.Redirect(
            request, next.Length == 0 && !access.MayReadSome && access.MayAudit ? "downloads/" : next);
    }

    /// <summary>Ends the session, also for whoever has a copy of its cookie.</summary>
    public static async Task LogOutAsync(RepositoryRequest request)
    {
        var isEnded = await SessionRequest.SignOutAsync(request);
        new PageMessage(isEnded
            ? "You are signed out."
            : "You are signed out in this browser. Only a new password ends copies of the session's cookie everywhere."
            ).Redirect(request, "");
    }

    /// <summary>
    /// Returns a path below the base path, or the base path itself for anything else: a link to the sign-in page must
    /// not lead to another site.
    /// </summary>
    public static string LocalPath(string? next) =>
        next is { Length: > 0 and < 500 } && next.All(c => char.IsAsciiLetterOrDigit(c) || "-._~/?=&%+@!,".Contains(c))
            && Uri.UnescapeDataString(next) is var read && !read.StartsWith('/') && !read.Any(char.IsControl)
            && !read.Contains("//", StringComparison.Ordinal) && !read.Contains("..", StringComparison.Ordinal)
            && !read.Contains('\\')
            ? next
            : "";

    static void RequireSignIn(RepositoryRequest request)
    {
        if (request.Repository.Sessions is null)
            throw new RejectedException(
                RejectionReason.NotFound, $"'{request.Repository.Name}' has no users to sign in as.");
    }

    static Task SendAsync(PageContext page, string? next, string? user, string? problem, int status) =>
        HtmlPage.SendAsync(
            page, "Sign in", () => Html.From($"""
                <h1>Sign in</h1>
                {Notices.Problem(problem)}
                <form method="post" action="{page.Root}login/" class="stacked">
                <input type="hidden" name="next" value="{LocalPath(next)}">
                <div class="field"><label for="user">User</label>
                <p class="help">As you give it to twine. With a token, it is <code>__token__</code>.</p>
                <input id="user" name="user" value="{user}" autocomplete="username" required></div>
                <div class="field"><label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required></div>
                <button>Sign in</button>
                </form>
                """),
            status);
}
