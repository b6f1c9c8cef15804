using System.Collections.Immutable;

namespace PyRepo.Server.Access.Jwt;

/// <summary>Where the public keys of an issuer come from.</summary>
interface ISigningKeySource
{
    /// <summary>
    /// Returns the issuer's keys. If a key is not among the known ones, the issuer may have a new one and is asked, but
    /// not for every token.
    /// </summary>
    /// <param name="keyId">The identifier of the key that a token names, or null.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    /// <exception cref="AuthenticationUnavailableException">They cannot be read.</exception>
    ValueTask<ImmutableArray<JsonWebKey>> FindAsync(string? keyId, CancellationToken cancellationToken);
}
