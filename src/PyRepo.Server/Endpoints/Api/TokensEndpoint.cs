using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/tokens</c>: a Maintainer makes, lists and revokes tokens.</summary>
sealed class TokensEndpoint(RepositoryTokens tokens)
{
    /// <summary>POST: makes a token.</summary>
    public async Task CreateAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        var made = await tokens.CreateAsync(request, allowed, await ReadAsync(request.Context));
        await JsonBody.SendAsync(request.Context, 201, made, ApiJson.Default.TokenView);
    }

    /// <summary>GET: lists the tokens that the caller may revoke.</summary>
    public async Task ListAsync(RepositoryRequest request)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        var found = await tokens.ListAsync(request, allowed);
        await JsonBody.SendAsync(request.Context, 200, found, ApiJson.Default.TokenViewArray);
    }

    /// <summary>
    /// GET: shows a token with its hash to the server of a group, which checks it as this server does. Nobody else gets
    /// a hash.
    /// </summary>
    public static async Task ShowToGroupAsync(RepositoryRequest request, string id)
    {
        await request.AuthorizeAsync(AccessAction.FindToken, null, []);
        if (request.Repository.Tokens is not { } store
            || await store.FindAsync(id, request.Aborted) is not { } token)
        {
            throw new RejectedException(
                RejectionReason.NotFound, $"There is no token '{id}' in '{request.Repository.Name}'.");
        }
        await JsonBody.SendAsync(request.Context, 200, token, AccessJson.Default.ApiToken);
    }

    /// <summary>DELETE: revokes a token.</summary>
    public async Task RevokeAsync(RepositoryRequest request, string id)
    {
        var allowed = await RepositoryTokens.AuthorizeAsync(request);
        await tokens.RevokeAsync(request, allowed, id);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    static Task<TokenRequest> ReadAsync(HttpContext context) => JsonBody.ReadAsync(
        context, ApiJson.Default.TokenRequest,
        """{"role": "Publisher", "name": "ci", "projects": ["acme-*"], "expiresIn": "90d"}""");
}
