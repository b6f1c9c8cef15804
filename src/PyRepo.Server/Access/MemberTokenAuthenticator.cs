namespace PyRepo.Server.Access;

/// <summary>Accepts the tokens with which the server of a group sends requests to a member.</summary>
/// <param name="tokens">Verifies them with the namespace's key.</param>
/// <param name="audience">This repository, as <c>namespace/name</c>.</param>
sealed class MemberTokenAuthenticator(MemberTokens tokens, string audience) : IAuthenticator
{
    /// <inheritdoc/>
    public bool Accepts(Credentials credentials) =>
        credentials is { User: null, Jwt: null } && credentials.Secret.Split('.') is [{ Length: > 0 }, { Length: > 0 }];

    /// <summary>
    /// Returns the header that proves that this repository answers a request, or null if no group sent that.
    /// </summary>
    public string? SignAnswer(Credentials credentials) =>
        Accepts(credentials) && tokens.Verify(credentials.Secret, audience) is not null
            ? tokens.SignAnswer(credentials.Secret)
            : null;

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource source, CancellationToken cancellationToken) =>
        new(tokens.Verify(credentials.Secret, audience) is { } decision
            ? AuthenticationResult.From(new Caller.Forwarded(decision))
            : AuthenticationResult.Failed("The token is not valid here."));
}
