using System.Net;
using System.Net.Http.Headers;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// Sends requests to a group's member on another server. Each has a token that only this member accepts, for this request
/// only, and an answer counts only if it proves that the member has read that token: what else may be at the member's
/// address, such as a mesh, an Ingress or the wrong Service, never speaks for it, and can send no other request.
/// </summary>
/// <remarks>
/// Nothing else signs a token for a member, so that no request can be sent past this. An architecture test sees to it.
/// </remarks>
/// <param name="tokens">Signs the tokens, and verifies the proofs, with the namespace's key.</param>
/// <param name="audience">The member, as <c>namespace/name</c>.</param>
/// <param name="url">The URL of its server. Nothing is sent to another one.</param>
/// <param name="action">The action that the member is asked to allow.</param>
/// <param name="user">The caller's name for the member's records, or null for an anonymous caller.</param>
sealed class MemberAuthentication(
    MemberTokens tokens, string audience, Uri url, AccessAction action = AccessAction.Read, string? user = null)
    : IRequestAuthentication
{
    /// <summary>The name of the member at the beginning of a message.</summary>
    public string Name => $"The member '{audience}'";

    /// <summary>Returns the same for requests that need another right.</summary>
    public MemberAuthentication For(AccessAction other, string? caller = null) =>
        new(tokens, audience, url, other, caller);

    /// <inheritdoc/>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker client, HttpRequestMessage request, ProjectName? project,
        CancellationToken cancellationToken)
    {
        if (!UpstreamSettings.SameOrigin(url, request.RequestUri!))
            throw new UpstreamUnavailableException($"{Name} leads to another server.") { IsRejection = true };
        var line = new RequestLine(request.Method.Method, request.RequestUri!.PathAndQuery);
        var about = project?.Value ?? (action is AccessAction.FindToken ? null : MemberToken.AllProjects);
        var token = tokens.SignRequest(audience, user, action, about, line, RequestedDownloads.Take(request));
        if (request.Content is { } content)
            request.Content = SignedContent.From(content, tokens, token);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = await client.SendAsync(request, cancellationToken);
        if (answer.Headers.TryGetValues(MemberTokens.AnswerHeader, out var values)
            && values.ToArray() is [var proof] && tokens.IsAnswerTo(token, proof))
        {
            return answer;
        }
        using (answer)
        {
            throw new UpstreamUnavailableException(
                $"{Name} did not answer. Something else did, with {(int)answer.StatusCode}.")
            {
                Status = HttpStatusCode.BadGateway,
                IsUnreached = MeansUnreached(answer.StatusCode),
            };
        }
    }

    /// <summary>
    /// Whether a mesh or an Ingress answers so when nothing is behind it. With another status, the member itself may
    /// have answered: it has not got the group's key yet, or does not serve its repository yet.
    /// </summary>
    static bool MeansUnreached(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
