using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Makes, lists and revokes the tokens that a repository keeps, for its Maintainers.</summary>
/// <remarks>
/// A token allows no more than its owner may do at the time it is used, so whoever maintains only some projects can
/// make tokens, too. Tokens make no tokens: otherwise one that leaked could never be ended.
/// </remarks>
sealed class RepositoryTokens(TimeProvider clock, ILogger<RepositoryTokens> logger)
{
    /// <summary>Authorizes the caller to make, list and revoke tokens, before a body is read.</summary>
    /// <exception cref="RejectedException">401, 403, or 405 if the repository keeps no tokens.</exception>
    public static async Task<TokenAccess> AuthorizeAsync(RepositoryRequest request)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, null, []);
        // Where anyone is a Maintainer, a password still helps.
        if (!access.Caller.IsKnown)
        {
            throw new RejectedException(
                RejectionReason.Unauthenticated,
                $"Tokens of '{request.Repository.Name}' require a user name and a password.");
        }
        // A group comes first: its own users are not those of its members, who have passwords, too.
        if (request.Repository.Tokens is not { } store)
        {
            throw new RejectedException(
                RejectionReason.NotAllowed,
                $"'{request.Repository.Name}' keeps no tokens. Ask one of its members for them.")
            { Allow = "" };
        }
        if (access.Caller is not (Caller.User or Caller.ServiceAccount))
        {
            throw new RejectedException(
                RejectionReason.Forbidden,
                "Only users and ServiceAccounts can manage tokens: use a password instead of a token.");
        }
        return new TokenAccess(access.Caller, access.User, store);
    }

    /// <summary>Whether a caller may make, list and revoke tokens.</summary>
    public static bool IsAllowed(RepositoryRegistration repository, RequestAccess access) =>
        repository.Tokens is not null && access.Caller is Caller.User or Caller.ServiceAccount
            && access.Decide(AccessAction.Maintain, null, []).IsAllowed;

    /// <summary>Makes a token, whose text is in the result.</summary>
    public async Task<TokenView> CreateAsync(RepositoryRequest request, TokenAccess allowed, TokenRequest asked)
    {
        var now = clock.GetUtcNow();
        if (NewApiToken.Create(asked.Name, asked.Role, asked.Projects, asked.ExpiresIn, now, out var problem)
            is not { } made)
        {
            throw new RejectedException(RejectionReason.Invalid, problem!);
        }
        var token = WithOwner(made.Token, allowed.Caller) with
        {
            PasswordProof = allowed.Caller is Caller.User user
                ? request.Repository.Users.Prove(user.UserName, made.Text) : null,
        };
        if (!await allowed.Store.AddAsync(token, request.Aborted))
        {
            throw new RejectedException(
                RejectionReason.Conflict,
                $"There are too many tokens in '{request.Repository.Name}': {TokenStore.MaxTokensOfOwner} of one "
                + $"owner, or {TokenStore.MaxTokens} of all. Revoke some first.");
        }
        Log.TokenMade(logger, allowed.User, token.Id, request.Repository.Name);
        return TokenView.From(token) with { Token = made.Text.Reveal() };
    }

    /// <summary>Lists the tokens that the caller may revoke.</summary>
    public async Task<TokenView[]> ListAsync(RepositoryRequest request, TokenAccess allowed) =>
    [
        .. (await allowed.Store.ReadAsync(request.Aborted)).At(clock.GetUtcNow()).Tokens
            .Where(token => MayRevoke(request.Repository, allowed.Caller, token)).Select(TokenView.From),
    ];

    /// <summary>Revokes a token.</summary>
    /// <exception cref="RejectedException">404: there is none that the caller may revoke.</exception>
    public async Task RevokeAsync(RepositoryRequest request, TokenAccess allowed, string id)
    {
        var token = await allowed.Store.FindAsync(id, request.Aborted);
        if (token is null || !MayRevoke(request.Repository, allowed.Caller, token)
            || !await allowed.Store.RemoveAsync(id, request.Aborted))
        {
            throw new RejectedException(
                RejectionReason.NotFound, $"There is no token '{id}' in '{request.Repository.Name}'.");
        }
        Log.TokenRevoked(logger, allowed.User, id, request.Repository.Name);
    }

    /// <summary>Anyone who maintains all projects may revoke all tokens, others their own.</summary>
    static bool MayRevoke(RepositoryRegistration repository, Caller caller, ApiToken token) =>
        repository.Access.AllowsEverywhere(caller, AccessAction.Maintain)
        || WithOwner(token, caller) == token;

    static ApiToken WithOwner(ApiToken token, Caller caller) => caller switch
    {
        Caller.User user => token with { User = user.UserName, ServiceAccount = null },
        Caller.ServiceAccount account =>
            token with { User = null, ServiceAccount = $"{account.Namespace}/{account.AccountName}" },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Somebody who may make, list and revoke tokens of a repository.</summary>
/// <param name="Caller">The user or ServiceAccount.</param>
/// <param name="User">The caller's name for logs.</param>
/// <param name="Store">The repository's tokens.</param>
sealed record TokenAccess(Caller Caller, string User, TokenStore Store);

/// <summary>A token, as the API shows it.</summary>
sealed record TokenView
{
    /// <summary>The identifier, by which it is revoked.</summary>
    public required string Id { get; init; }

    /// <summary>The token itself. It is shown once, when it is made.</summary>
    public string? Token { get; init; }

    /// <summary>The name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The most that it allows.</summary>
    [JsonConverter(typeof(RoleConverter))]
    public required Role Role { get; init; }

    /// <summary>The projects, or null for all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>The user who made it.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Shows a token without its secret.</summary>
    public static TokenView From(ApiToken token) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Role = token.Role,
        Projects = token.Projects,
        Owner = token.User ?? token.ServiceAccount,
        Created = token.Created,
        Expires = token.Expires,
    };
}
