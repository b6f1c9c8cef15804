using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The cookie of a browser in which somebody signed in to a repository.</summary>
static class SessionRequest
{
    /// <summary>Returns who signed in, or null if nobody did, or the session has ended.</summary>
    public static Credentials? Find(HttpContext context, RepositoryRegistration repository) =>
        repository.Sessions is { } sessions
            && context.Request.Cookies[GetName(repository)] is { Length: > 0 and <= 8192 } cookie
            && sessions.Open(cookie) is { } opened
            ? Credentials.From(opened.User, opened.Password)
            : null;

    /// <summary>Starts a session.</summary>
    public static void Start(RepositoryRequest request, string user, string password) =>
        request.Context.Response.Cookies.Append(
            GetName(request.Repository), request.Repository.Sessions!.Seal(user, password), OptionsFor(request));

    /// <summary>Ends the session.</summary>
    public static void End(RepositoryRequest request) =>
        request.Context.Response.Cookies.Delete(GetName(request.Repository), OptionsFor(request));

    /// <summary>No script sees the cookie, and no page of another site has it sent.</summary>
    static CookieOptions OptionsFor(RepositoryRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.AbsoluteBase().StartsWith("https:", StringComparison.Ordinal),
        Path = request.Repository.BasePath,
        MaxAge = SessionCookies.Life,
        IsEssential = true,
    };

    /// <summary>One repository may be below the path of another.</summary>
    static string GetName(RepositoryRegistration repository) => $"pyrepo-session-{repository.Name}";
}
