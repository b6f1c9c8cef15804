namespace PyRepo.Server.Access;

/// <summary>Accepts the tokens in a repository's store and in the Secret of its users.</summary>
/// <param name="users">The users, among whom is whoever made a token, and the tokens that their Secret declares.</param>
/// <param name="source">The tokens that the repository keeps, or null if it keeps none.</param>
/// <param name="clock">The clock.</param>
sealed class ApiTokenAuthenticator(UserStore users, IApiTokenSource? source, TimeProvider clock) : IAuthenticator
{
    /// <summary>Whether ServiceAccounts are accepted. If not, neither are the tokens that they made.</summary>
    public bool AcceptsServiceAccounts { get; init; }

    /// <inheritdoc/>
    public bool Accepts(Credentials credentials) => ApiTokenText.TryParse(credentials.Secret, out _);

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource login, CancellationToken cancellationToken)
    {
        if (!ApiTokenText.TryParse(credentials.Secret, out var text))
            return AuthenticationResult.Failed(null);
        var isDeclared = users.Tokens.TryGetValue(text.Id, out var token);
        if (!isDeclared && source is not null)
            token = await source.FindAsync(text.Id, cancellationToken);
        if (token is null || !text.IsOf(token))
            return AuthenticationResult.Failed("The token does not exist, or was revoked.");
        if (token.Expires <= clock.GetUtcNow())
            return AuthenticationResult.Failed("The token has expired.");
        if (isDeclared)
            return AuthenticationResult.From(new Caller.Token(token, null));
        if (GetOwner(token) is not { } owner)
            return AuthenticationResult.Failed("The token's creator no longer has access here.");
        return token is { User: { } user, PasswordProof: { } proof } && !users.KeepsToken(user, text, proof)
            ? AuthenticationResult.Failed("The token ended when the password of its creator changed.")
            : AuthenticationResult.From(new Caller.Token(token, owner));
    }

    Caller? GetOwner(ApiToken token) => token switch
    {
        { User: { } user } => users.Find(user),
        { ServiceAccount: { } account } when AcceptsServiceAccounts && account.Split('/') is [var ns, var name] =>
            new Caller.ServiceAccount(ns, name),
        _ => null,
    };
}

/// <summary>Where the tokens of a repository are: in its store here, or at the server of a member.</summary>
interface IApiTokenSource
{
    /// <summary>Returns a token, or null if there is none of this id.</summary>
    /// <exception cref="AuthenticationUnavailableException">The tokens cannot be read at the moment.</exception>
    ValueTask<ApiToken?> FindAsync(string id, CancellationToken cancellationToken);
}
