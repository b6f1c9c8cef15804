using System.Collections.Frozen;
using System.Collections.Immutable;

namespace PyRepo.Server.Access.Jwt;

/// <summary>
/// Accepts the tokens of the issuers that a repository trusts: the cluster, whose tokens are ServiceAccounts', and its
/// identity providers.
/// </summary>
sealed class JwtAuthenticator(ImmutableArray<TrustedIssuer> issuers, TimeProvider clock) : IAuthenticator
{
    /// <summary>The identity providers, without the cluster.</summary>
    public ImmutableArray<TrustedIssuer> Providers { get; } = issuers.RemoveAll(issuer => issuer.Provider is null);

    /// <inheritdoc/>
    public bool Accepts(Credentials credentials) =>
        credentials.Jwt is { } token && issuers.Any(issuer => issuer.Issuer == token.Issuer);

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource source, CancellationToken cancellationToken)
    {
        var token = credentials.Jwt!;
        var trusted = issuers.RemoveAll(issuer => issuer.Issuer != token.Issuer);
        var meant = trusted.RemoveAll(issuer => !issuer.IsFor(token));
        if (meant.IsEmpty)
        {
            var audiences = trusted.SelectMany(issuer => issuer.Audiences).Distinct();
            return AuthenticationResult.Failed(
                $"The token is for another audience. Here it must be '{string.Join("' or '", audiences)}'.");
        }
        if (await meant[0].Verifier.FailureOfAsync(token, cancellationToken) is { } failure)
            return AuthenticationResult.Failed(failure);
        return meant.Any(issuer => issuer.Provider is null)
            ? ServiceAccountClaims.Read(token, clock.GetUtcNow())
            : AuthenticationResult.Of(new Caller.Identity(
                token.Subject, meant.Select(issuer => issuer.Provider!).ToFrozenSet(), token.Claims));
    }
}
