using System.Collections.Immutable;

namespace PyRepo.Server.Access.Jwt;

/// <summary>An issuer whose tokens a repository accepts.</summary>
/// <param name="Provider">
/// The name by which grants refer to it, or null for the cluster, whose tokens are ServiceAccounts'.
/// </param>
/// <param name="Audiences">The audiences, one of which a token must have.</param>
/// <param name="Verifier">Verifies its tokens.</param>
sealed record TrustedIssuer(string? Provider, ImmutableArray<string> Audiences, JwtVerifier Verifier)
{
    /// <summary>The issuer, exactly as its tokens contain it.</summary>
    public string Issuer => Verifier.Issuer;

    /// <summary>Whether a token has one of the audiences.</summary>
    public bool IsFor(JsonWebToken token) => token.Audiences.Any(Audiences.Contains);
}
