using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PyRepo.Egress;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Marks a request that the server of a group sends for its caller, to a member.</summary>
sealed class GroupRequest
{
    static readonly GroupRequest _instance = new();

    GroupRequest()
    {
    }

    /// <summary>
    /// Marks a request with a member token, and proves in the answer that it is the member's own, whatever that is:
    /// what stands between the servers may answer 404, too.
    /// </summary>
    public static void Note(RepositoryRequest request)
    {
        if (request.Context.Request.Headers.Authorization is not [{ } header]
            || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || Credentials.Parse(header) is not { } credentials
            || request.Repository.Authenticators.OfType<MemberTokenAuthenticator>().FirstOrDefault() is not { } members
            || !members.IsFromGroup(credentials, request.Line))
        {
            return;
        }
        var token = credentials.Secret;
        request.Context.Features.Set(_instance);
        PassedProxies.Prove();
        // A change without a body proves that it has none.
        if (!request.Line.IsSafe || MayHaveBody(request.Context))
        {
            var body = new SignedBody(request.Context.Request.Body, members.Tokens, token);
            request.Context.Request.Body = body;
            request.Context.Response.RegisterForDispose(body);
        }
        var proof = members.Tokens.SignAnswer(token);
        // An error clears what was set before.
        request.Context.Response.OnStarting(() =>
        {
            request.Context.Response.Headers[MemberTokens.AnswerHeader] = proof;
            return Task.CompletedTask;
        });
    }

    /// <summary>Whether the server of a group sent a request.</summary>
    public static bool Sent(HttpContext context) => context.Features.Get<GroupRequest>() is not null;

    static bool MayHaveBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };
}
