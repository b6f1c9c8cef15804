using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The cookie of a browser in which somebody signed in to a repository.</summary>
static class SessionRequest
{
    /// <summary>The longest cookie in characters. Browsers keep none of more than 4,096.</summary>
    const int MaxLength = 8192;

    /// <summary>Returns who signed in, or null if nobody did, or the session has ended.</summary>
    public static Credentials? Find(HttpContext context, RepositoryRegistration repository) =>
        Open(context, repository) is var (_, opened) ? Credentials.From(opened.User, opened.Password) : null;

    /// <summary>Returns the id of the session and who signed in, or null if nobody did, or the session has ended.</summary>
    static (string Id, BasicCredentials Opened)? Open(HttpContext context, RepositoryRegistration repository) =>
        repository.Sessions is { } sessions
            && context.Request.Cookies[GetName(repository)] is { Length: > 0 and <= MaxLength } cookie
            && sessions.Open(cookie) is { } opened
            ? (SessionCookies.GetId(cookie, opened), opened)
            : null;

    /// <summary>Starts a session.</summary>
    public static void Start(RepositoryRequest request, string user, string password) =>
        request.Context.Response.Cookies.Append(
            GetName(request.Repository), request.Repository.Sessions!.Seal(user, password),
            OptionsFor(request, SessionCookies.Life));

    /// <summary>Ends the session.</summary>
    public static void End(RepositoryRequest request) =>
        request.Context.Response.Cookies.Delete(GetName(request.Repository), OptionsFor(request, SessionCookies.Life));

    /// <summary>
    /// Ends the session for everybody who has its cookie: here at once, on other replicas within two seconds.
    /// </summary>
    /// <returns>
    /// False if it is noted in no store, as that of a group: then a copy may be used on another replica or after a restart,
    /// until it expires.
    /// </returns>
    public static async Task<bool> SignOutAsync(RepositoryRequest request)
    {
        End(request);
        var repository = request.Repository;
        if (Open(request.Context, repository) is not var (id, _))
            return true;
        var until = repository.Sessions!.GetEnd();
        if (repository.Sessions.Ended?.TryAddSession(id, until) is false)
            return false;
        try
        {
            return repository.Tokens is { } store && await store.TryEndSessionAsync(id, until, request.Aborted);
        }
        catch (Exception error) when (error is IOException or AuthenticationUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Whether somebody has signed out of the request's session, on any replica.</summary>
    /// <exception cref="AuthenticationUnavailableException">The store cannot be read.</exception>
    public static async ValueTask<bool> IsEndedAsync(RepositoryRequest request) =>
        request.Repository.Tokens is { } store && Open(request.Context, request.Repository) is var (id, _)
            && (await store.ReadAsync(request.Aborted)).Burned.ContainsKey(id);

    /// <summary>Leaves a message for the next page.</summary>
    public static void LeaveMessage(RepositoryRequest request, string text) => request.Context.Response.Cookies.Append(
        GetMessageName(request.Repository), request.Repository.Sessions!.SealMessage(text),
        OptionsFor(request, SessionCookies.MessageLife));

    /// <summary>Returns the message that was left for this page, once; null if there is none.</summary>
    public static string? TakeMessage(RepositoryRequest request)
    {
        if (request.Repository.Sessions is not { } sessions
            || request.Context.Request.Cookies[GetMessageName(request.Repository)]
                is not { Length: > 0 and <= MaxLength } left)
        {
            return null;
        }
        request.Context.Response.Cookies.Delete(
            GetMessageName(request.Repository), OptionsFor(request, SessionCookies.MessageLife));
        return sessions.OpenMessage(left);
    }

    /// <summary>
    /// No script sees the cookie. A link from another site has it sent; changes are refused by <see cref="CrossSiteRequests"/>.
    /// </summary>
    static CookieOptions OptionsFor(RepositoryRequest request, TimeSpan life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = request.AbsoluteBase().StartsWith("https:", StringComparison.Ordinal),
        Path = request.Repository.BasePath,
        MaxAge = life,
        IsEssential = true,
    };

    /// <summary>One repository may be below the path of another.</summary>
    static string GetName(RepositoryRegistration repository) => $"pyrepo-session-{repository.Name}";

    static string GetMessageName(RepositoryRegistration repository) => $"pyrepo-message-{repository.Name}";
}
