namespace PyRepo.Server.Access;

/// <summary>Accepts the tokens with which the server of a group sends requests to a member.</summary>
/// <param name="tokens">Verifies them with the namespace's key.</param>
/// <param name="audience">This repository, as <c>namespace/name</c>.</param>
/// <param name="burned">The tokens of changes that this process has accepted: each is good for one.</param>
sealed class MemberTokenAuthenticator(MemberTokens tokens, string audience, BurnedTokens burned) : IAuthenticator
{
    /// <inheritdoc/>
    public bool Accepts(Credentials credentials) =>
        credentials is { User: null, Jwt: null } && credentials.Secret.Split('.') is [{ Length: > 0 }, { Length: > 0 }];

    /// <summary>Verifies the tokens and signs answers.</summary>
    public MemberTokens Tokens => tokens;

    /// <summary>Whether the server of a group sent a request with these credentials to this repository.</summary>
    public bool IsFromGroup(Credentials credentials, RequestLine request) =>
        Accepts(credentials) && tokens.Verify(credentials.Secret, audience, request) is not null;

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource source, CancellationToken cancellationToken) =>
        new(Authenticate(credentials.Secret, source.Request));

    AuthenticationResult Authenticate(string token, RequestLine request)
    {
        if (tokens.Verify(token, audience, request) is not { } decision)
            return AuthenticationResult.Failed("The token is not valid here, or for another request.");
        return request.IsSafe
            || burned.TryAdd(
                $"member.{decision.Id}", DateTimeOffset.FromUnixTimeSeconds(decision.Expires) + MemberTokens.Skew)
                ? AuthenticationResult.From(new Caller.Forwarded(decision))
                : AuthenticationResult.Failed("The token was used before.");
    }
}
