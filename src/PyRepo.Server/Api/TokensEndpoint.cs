using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Hosting;
using PyRepo.Server.Http;
using PyRepo.Server.Limits;

namespace PyRepo.Server.Api;

/// <summary><c>api/v1/tokens</c>: a Maintainer makes, lists and revokes tokens.</summary>
/// <remarks>
/// A token allows no more than its owner may do at the time it is used, so whoever maintains only some projects can
/// make tokens, too. Tokens make no tokens: otherwise one that leaked could never be ended.
/// </remarks>
sealed class TokensEndpoint(TimeProvider clock, ILogger<TokensEndpoint> logger)
{
    /// <summary>POST: makes a token.</summary>
    public async Task CreateAsync(RepositoryRequest request)
    {
        var (access, store) = await AuthorizeAsync(request);
        var asked = await ReadAsync(request.Context);
        if (NewApiToken.Create(asked.Name, asked.Role, asked.Projects, asked.ExpiresIn, clock.GetUtcNow(), out var problem)
            is not { } made)
        {
            throw new HttpStatusException(400, problem!);
        }
        var token = WithOwner(made.Token, access.Caller);
        if (!await store.AddAsync(token, request.Aborted))
        {
            throw new HttpStatusException(
                409, $"There are {TokenStore.MaxTokens} tokens in '{request.Repository.Name}'. Revoke some first.");
        }
        Log.TokenMade(logger, access.User, token.Id, request.Repository.Name);
        await SendAsync(
            request.Context, 201, TokenView.Of(token) with { Token = made.Text.Reveal() }, ApiJson.Default.TokenView);
    }

    /// <summary>GET: lists the tokens that the caller may revoke.</summary>
    public async Task ListAsync(RepositoryRequest request)
    {
        var (access, store) = await AuthorizeAsync(request);
        var tokens = (await store.ReadAsync(request.Aborted)).At(clock.GetUtcNow()).Tokens
            .Where(token => MayRevoke(request.Repository, access.Caller, token)).Select(TokenView.Of).ToArray();
        await SendAsync(request.Context, 200, tokens, ApiJson.Default.TokenViewArray);
    }

    /// <summary>
    /// GET: shows a token with its hash to the server of a group, which checks it as this server does. Nobody else gets
    /// a hash.
    /// </summary>
    public static async Task ShowToGroupAsync(RepositoryRequest request, string id)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, null, []);
        if (access.Caller is not Caller.Forwarded)
            throw new HttpStatusException(403, "Only the server of a group may ask for this. List the tokens instead.");
        if (request.Repository.Tokens is not { } store
            || await store.FindAsync(id, request.Aborted) is not { } token)
        {
            throw new HttpStatusException(404, $"There is no token '{id}' in '{request.Repository.Name}'.");
        }
        await SendAsync(request.Context, 200, token, AccessJson.Default.ApiToken);
    }

    /// <summary>DELETE: revokes a token.</summary>
    public async Task RevokeAsync(RepositoryRequest request, string id)
    {
        var (access, store) = await AuthorizeAsync(request);
        var token = (await store.ReadAsync(request.Aborted)).Tokens.FirstOrDefault(each => each.Id == id);
        if (token is null || !MayRevoke(request.Repository, access.Caller, token)
            || !await store.RemoveAsync(id, request.Aborted))
        {
            throw new HttpStatusException(404, $"There is no token '{id}' in '{request.Repository.Name}'.");
        }
        Log.TokenRevoked(logger, access.User, id, request.Repository.Name);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    static async Task<(RequestAccess Access, TokenStore Store)> AuthorizeAsync(RepositoryRequest request)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, null, []);
        // Where anyone is a Maintainer, a password still helps.
        if (!access.Caller.IsKnown)
        {
            throw new HttpStatusException(
                401, $"Tokens of '{request.Repository.Name}' require a user name and a password.");
        }
        // A group comes first: its own users are not those of its members, who have passwords, too.
        if (request.Repository.Tokens is not { } store)
        {
            throw new HttpStatusException(
                405, $"'{request.Repository.Name}' keeps no tokens. Ask one of its members for them.")
            { Allow = "" };
        }
        if (access.Caller is not (Caller.User or Caller.ServiceAccount))
        {
            throw new HttpStatusException(
                403, "Only users and ServiceAccounts make, list and revoke tokens: use a password instead of a token.");
        }
        RepositoryRequest.RequireStore(request.Repository);
        return (access, store);
    }

    /// <summary>Whoever maintains all projects may revoke all tokens, others their own.</summary>
    static bool MayRevoke(RepositoryRegistration repository, Caller caller, ApiToken token) =>
        repository.Access.AllowsEverywhere(caller, AccessAction.Maintain)
        || WithOwner(token, caller) == token;

    static ApiToken WithOwner(ApiToken token, Caller caller) => caller switch
    {
        Caller.User user => token with { User = user.UserName, ServiceAccount = null },
        Caller.ServiceAccount account =>
            token with { User = null, ServiceAccount = $"{account.Namespace}/{account.AccountName}" },
        _ => token,
    };

    static async Task<TokenRequest> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, ServerLimits.MaxTokenRequestLength)
            ?? throw new HttpStatusException(413, "The request is too long.");
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.TokenRequest)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new HttpStatusException(
                400, $"The body must be JSON of the form {{\"role\": \"Publisher\", \"expiresIn\": \"90d\"}}. {error.Message}");
        }
    }

    static async Task SendAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}
