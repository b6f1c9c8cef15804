using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosting;

namespace PyRepo.Server.Http;

/// <summary>A request to one repository.</summary>
readonly record struct RepositoryRequest(HttpContext Context, RepositoryRegistration Repository)
{
    /// <summary>Canceled when the client disconnects.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Whether the client requests only the headers.</summary>
    public bool IsHead => HttpMethods.IsHead(Context.Request.Method);

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

    /// <summary>Identifies the caller.</summary>
    /// <exception cref="HttpStatusException">The credentials are invalid.</exception>
    public ValueTask<RequestAccess> IdentifyAsync() => Context.Request.Headers.Authorization is { Count: > 0 } header
        ? IdentifyAsync(header.ToString())
        : new(new RequestAccess(Repository, Caller.Anonymous, ImmutableDictionary<string, Caller>.Empty));

    /// <summary>
    /// Authorizes the caller to read a project, or any project if it is null, or rejects the request. Credentials for
    /// what anyone may read are ignored: clients send whatever they have for a host.
    /// </summary>
    /// <exception cref="HttpStatusException">
    /// 401 for anonymous callers and invalid credentials, 403 for others.
    /// </exception>
    public ValueTask RequireReadAsync(ProjectName? project, ImmutableArray<string> answeredBy)
    {
        if (IsPublic(project, answeredBy))
            return ValueTask.CompletedTask;
        return new(AuthorizeAsync(AccessAction.Read, project, answeredBy).AsTask());
    }

    /// <summary>Authorizes the caller, or rejects the request.</summary>
    /// <exception cref="HttpStatusException">
    /// 401 for anonymous callers and invalid credentials, 403 for others.
    /// </exception>
    public async ValueTask<RequestAccess> AuthorizeAsync(
        AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        var access = await IdentifyAsync();
        access.Require(action, project, answeredBy);
        return access;
    }

    /// <summary>Rejects a change of a repository that is unavailable.</summary>
    /// <exception cref="HttpStatusException">503.</exception>
    public static void RequireOpen(HostedRepository repository)
    {
        if (repository.UnavailableSince is null)
            return;
        throw new HttpStatusException(503, repository.UnavailableReason) { RetryAfter = TimeSpan.FromSeconds(2) };
    }

    async ValueTask<RequestAccess> IdentifyAsync(string header)
    {
        const string bearer = "Bearer ";
        if (header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
        {
            var token = Repository.Tokens?.Verify(header[bearer.Length..].Trim(), Repository.Audience)
                ?? throw new HttpStatusException(401, "The token is not valid here.");
            return new RequestAccess(
                Repository, Caller.Anonymous, ImmutableDictionary<string, Caller>.Empty)
            { Token = token };
        }
        if (!BasicCredentials.TryParse(header, out var credentials))
            throw new HttpStatusException(
                401, "Only HTTP Basic credentials are accepted: a user name and a password.");
        var callers = await CallersAsync(credentials);
        if (callers.Count == 0)
            throw new HttpStatusException(401, $"The user or the password is wrong for '{Repository.Name}'.");
        var asMember = Repository.Members.Where(m => callers.ContainsKey(m.Value.Passwords))
            .ToImmutableDictionary(m => m.Key, m => callers[m.Value.Passwords]);
        // A user whom only a member knows is authenticated in the group, but is not one of its own users.
        return new RequestAccess(
            Repository, callers.GetValueOrDefault(Repository.Passwords, Caller.OfMember), asMember);
    }

    /// <summary>
    /// Checks credentials against each Secret that has the user, or against one other, so that a user that does not
    /// exist takes as long as a wrong password.
    /// </summary>
    async Task<Dictionary<PasswordVerifier, Caller>> CallersAsync(BasicCredentials credentials)
    {
        var all = Repository.Members.Values.Select(m => m.Passwords).Prepend(Repository.Passwords).Distinct().ToList();
        var having = all.FindAll(v => v.HasUser(credentials.User));
        if (having.Count == 0)
            having = [.. all.Where(v => v.IsSlow).Take(1)];
        var address = ClientAddress.Of(Context.Connection.RemoteIpAddress, Forwarded("X-Forwarded-For", last: true));
        var source = new LoginSource(address, Context.Connection.Id);
        var callers = new Dictionary<PasswordVerifier, Caller>();
        foreach (var verifier in having)
        {
            if (await verifier.CheckAsync(credentials.User, credentials.Password, source, Aborted) is { } caller)
                callers[verifier] = caller;
        }
        return callers;
    }

    /// <summary>Returns the scheme, host and base path as the client sees them, with a trailing slash.</summary>
    public string AbsoluteBase()
    {
        var request = Context.Request;
        if (Repository.DeclaredOrigin is { } declared)
            return declared + Repository.BasePath;
        var (scheme, host) = (Forwarded("X-Forwarded-Proto"), Forwarded("X-Forwarded-Host"));
        return $"{scheme ?? request.Scheme}://{host ?? request.Host.ToUriComponent()}{Repository.BasePath}";
    }

    /// <summary>Returns the first or the last value of a header that an Ingress sets.</summary>
    string? Forwarded(string header, bool last = false) =>
        Repository.TrustsForwarded
            && Context.Request.Headers[header].ToString().Split(',')[last ? ^1 : 0].Trim() is { Length: > 0 } value
            ? value
            : null;
}
