using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A request to one repository.</summary>
readonly record struct RepositoryRequest(HttpContext Context, RepositoryRegistration Repository)
{
    /// <summary>Returns the request that an endpoint handles. The router has found the repository.</summary>
    public static ValueTask<RepositoryRequest> BindAsync(HttpContext context) =>
        new(new RepositoryRequest(context, context.Features.GetRequiredFeature<RepositoryRegistration>()));

    /// <summary>Canceled when the client disconnects.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Whether nothing but a cookie says who the caller is.</summary>
    public bool HasSession =>
        Context.Request.Headers.Authorization.Count == 0 && SessionRequest.Find(this) is not null;

    /// <summary>Whether the client requests only the headers.</summary>
    public bool IsHead => HttpMethods.IsHead(Context.Request.Method);

    /// <summary>The request line, as it was sent.</summary>
    public RequestLine Line =>
        new(Context.Request.Method, Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    /// <summary>
    /// Returns whether anyone may read a project, or all projects if it is null, in every repository that contributed
    /// to the answer.
    /// </summary>
    public bool IsPublic(ProjectName? project, ImmutableArray<string> answeredBy)
    {
        if (!Repository.Access.IsPublic(project))
            return false;
        foreach (var member in answeredBy)
        {
            if (!Repository.Members[member].Access.IsPublic(project))
                return false;
        }
        return true;
    }

    /// <summary>Identifies the caller. Each request does this once.</summary>
    /// <exception cref="RejectedException">401: the header is not understood.</exception>
    /// <exception cref="AuthenticationFailedException">The credentials are wrong.</exception>
    public async ValueTask<RequestAccess> IdentifyAsync()
    {
        if (Context.Features.Get<RequestAccess>() is { } known && known.IsOf(Repository))
            return known;
        var access = FindCredentials() is { } credentials
            && (Context.Request.Headers.Authorization.Count > 0 || !await SessionRequest.IsEndedAsync(this))
            ? await AuthenticateAsync(credentials)
            : RequestAccess.Anonymous(Repository);
        Context.Features.Set(access);
        return access;
    }

    /// <summary>Returns what the header or the session's cookie says about the caller, or null.</summary>
    /// <exception cref="RejectedException">401: the header is not understood.</exception>
    public Credentials? FindCredentials() => Context.Request.Headers.Authorization is { Count: > 0 } header
        ? Credentials.Parse(header.ToString()) ?? throw new RejectedException(
            RejectionReason.Unauthenticated,
            "Only HTTP Basic credentials and bearer tokens are accepted: send a user name and a password.")
        : SessionRequest.Find(this);

    /// <summary>The client's address, as <see cref="ClientAddress"/> has it.</summary>
    public string Address => ClientAddress.Get(Context.Connection.RemoteIpAddress);

    /// <summary>Identifies the caller by credentials.</summary>
    /// <exception cref="AuthenticationFailedException">They are wrong.</exception>
    public Task<RequestAccess> AuthenticateAsync(Credentials credentials)
    {
        var source = new LoginSource(Address, Context.Connection.Id, Line);
        return new RequestAuthentication(Repository, credentials, source).AuthenticateAsync(Aborted);
    }

    /// <summary>
    /// Authorizes the caller to read a project, or any project if it is null, or rejects the request. Credentials for
    /// what anyone may read are ignored: clients send whatever they have for a host.
    /// </summary>
    /// <exception cref="RejectedException">401 for anonymous callers, 403 for others.</exception>
    /// <exception cref="AuthenticationFailedException">The credentials are wrong.</exception>
    public ValueTask RequireReadAsync(ProjectName? project, ImmutableArray<string> answeredBy)
    {
        if (IsPublic(project, answeredBy))
            return ValueTask.CompletedTask;
        return new(AuthorizeAsync(AccessAction.Read, project, answeredBy).AsTask());
    }

    /// <summary>Authorizes the caller, or rejects the request.</summary>
    /// <exception cref="RejectedException">401 for anonymous callers, 403 for others.</exception>
    /// <exception cref="AuthenticationFailedException">The credentials are wrong.</exception>
    public async ValueTask<RequestAccess> AuthorizeAsync(
        AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        var access = await IdentifyAsync();
        access.Require(action, project, answeredBy);
        return access;
    }

    /// <summary>Rejects a change of a repository that is unavailable.</summary>
    /// <exception cref="RejectedException">503.</exception>
    public static void RequireOpen(HostedRepository repository)
    {
        if (repository.UnavailableSince is null)
            return;
        throw new RejectedException(RejectionReason.Unavailable, repository.UnavailableReason)
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };
    }

    /// <summary>Returns the scheme, host and base path as the client sees them, with a trailing slash.</summary>
    public string AbsoluteBase()
    {
        var (request, path) = (Context.Request, Repository.BasePath);
        return Repository.DeclaredOrigin is { } declared
            ? declared + path
            : $"{request.Scheme}://{request.Host.ToUriComponent()}{path}";
    }
}
