using System.Collections.Immutable;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Tests.Access.Jwt;

/// <summary>Keys of an issuer that a test changes.</summary>
sealed class ChangingKeys : ISigningKeySource
{
    public ImmutableArray<JsonWebKey> Keys { get; set; } = [];

    public ValueTask<ImmutableArray<JsonWebKey>> FindAsync(string? keyId, CancellationToken cancellationToken) =>
        new(Keys);
}
