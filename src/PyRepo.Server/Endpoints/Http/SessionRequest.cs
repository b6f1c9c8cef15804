using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The cookie of a browser in which somebody signed in to a repository.</summary>
static class SessionRequest
{
    /// <summary>The longest cookie in characters. Browsers keep none of more than 4,096.</summary>
    const int MaxLength = 8192;

    /// <summary>Returns who signed in, or null if nobody did, or the session has ended.</summary>
    public static Credentials? Find(RepositoryRequest request) => Open(request) is var (_, opened)
        ? Credentials.From(opened.Credentials.User, opened.Credentials.Password) : null;

    /// <summary>Returns the id of the session and who signed in, or null if nobody did, or the session has ended.</summary>
    static (string Id, Session Opened)? Open(RepositoryRequest request) =>
        request.Repository.Sessions is { } sessions
            && request.Context.Request.Cookies[GetName(request)] is { Length: > 0 and <= MaxLength } cookie
            && sessions.Open(cookie) is { } opened
            ? (SessionCookies.GetId(cookie, opened), opened)
            : null;

    /// <summary>Starts a session.</summary>
    /// <param name="request">The request with which somebody signed in.</param>
    /// <param name="user">The user name.</param>
    /// <param name="password">The password, or a token.</param>
    /// <param name="caller">The caller of that name.</param>
    public static void Start(RepositoryRequest request, string user, string password, Caller caller) =>
        request.Context.Response.Cookies.Append(
            GetName(request), request.Repository.Sessions!.Seal(user, password, caller),
            OptionsFor(request, SessionCookies.Life));

    /// <summary>Ends the session.</summary>
    public static void End(RepositoryRequest request) =>
        request.Context.Response.Cookies.Delete(GetName(request), OptionsFor(request, SessionCookies.Life));

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
        if (Open(request) is not var (id, _))
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
        request.Repository.Tokens is { } store && Open(request) is var (id, _)
            && (await store.ReadAsync(request.Aborted)).Burned.ContainsKey(id);

    /// <summary>Leaves a message for the next page.</summary>
    public static void LeaveMessage(RepositoryRequest request, string text) => request.Context.Response.Cookies.Append(
        GetMessageName(request), request.Repository.Sessions!.SealMessage(text),
        OptionsFor(request, SessionCookies.MessageLife));

    /// <summary>Returns the message that was left for this page, once; null if there is none.</summary>
    public static string? TakeMessage(RepositoryRequest request)
    {
        if (request.Repository.Sessions is not { } sessions
            || request.Context.Request.Cookies[GetMessageName(request)]
                is not { Length: > 0 and <= MaxLength } left)
        {
            return null;
        }
        request.Context.Response.Cookies.Delete(
            GetMessageName(request), OptionsFor(request, SessionCookies.MessageLife));
        return sessions.OpenMessage(left);
    }

    /// <summary>
    /// No script sees the cookie. A link from another site has it sent; changes are refused by <see cref="CrossSiteRequests"/>.
    /// </summary>
    static CookieOptions OptionsFor(RepositoryRequest request, TimeSpan life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = IsSecure(request),
        Path = request.Repository.BasePath,
        MaxAge = life,
        IsEssential = true,
    };

    static bool IsSecure(RepositoryRequest request) =>
        request.AbsoluteBase().StartsWith("https:", StringComparison.Ordinal);

    /// <summary>
    /// Over TLS, the name has a prefix with which a browser takes the cookie only from TLS, and at the root of the host only
    /// from that host: no neighbor, and nobody on a network without TLS, can plant one
    /// (<see href="https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-cookie-name-prefixes">Cookie
    /// name prefixes</see>).
    /// </summary>
    static string GetPrefix(RepositoryRequest request) => !IsSecure(request) ? ""
        : request.Repository.BasePath == "/" ? "__Host-" : "__Secure-";

    /// <summary>One repository may be below the path of another.</summary>
    static string GetName(RepositoryRequest request) =>
        $"{GetPrefix(request)}pyrepo-session-{request.Repository.Name}";

    static string GetMessageName(RepositoryRequest request) =>
        $"{GetPrefix(request)}pyrepo-message-{request.Repository.Name}";
}
