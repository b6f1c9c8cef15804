using System.Collections.Immutable;

namespace PyRepo.Server.Access.Jwt;

/// <summary>Keys that the configuration contains: those of the cluster, from <c>platform.json</c>.</summary>
sealed class KnownSigningKeys(ImmutableArray<JsonWebKey> keys) : ISigningKeySource
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<JsonWebKey>> FindAsync(string? keyId, CancellationToken cancellationToken) =>
        new(keys);
}
