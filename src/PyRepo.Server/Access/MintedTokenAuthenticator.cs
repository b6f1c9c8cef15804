using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Access;

/// <summary>Accepts the tokens of trusted publishing. They identify whom the provider's token identifies.</summary>
/// <param name="tokens">Verifies them with the namespace's key.</param>
/// <param name="providers">The repository's identity providers.</param>
/// <param name="burned">The tokens that this process knows to be ended.</param>
/// <param name="store">The tokens that any replica has ended, or null if the repository has no store.</param>
sealed class MintedTokenAuthenticator(
    MintedTokens tokens, ImmutableArray<TrustedIssuer> providers, BurnedTokens burned, TokenStore? store)
    : IAuthenticator
{
    /// <inheritdoc/>
    public bool Accepts(Credentials credentials) =>
        credentials.Secret.StartsWith(MintedTokens.Prefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        Credentials credentials, LoginSource source, CancellationToken cancellationToken)
    {
        if (tokens.Verify(credentials.Secret) is not { } token)
            return AuthenticationResult.Failed("The token has expired, or is not valid here.");
        if (burned.Contains(token.Id)
            || (store is not null && (await store.ReadAsync(cancellationToken)).Burned.ContainsKey(token.Id)))
        {
            return AuthenticationResult.Failed("The token was revoked by its user.");
        }
        var trusted = providers.Where(
            provider => provider.Issuer == token.Issuer && token.Audiences.Any(provider.Audiences.Contains));
        var names = trusted.Select(provider => provider.Provider!).ToFrozenSet();
        return names.Count == 0
            ? AuthenticationResult.Failed("The token is of an identity provider that is not accepted here.")
            : AuthenticationResult.From(new Caller.Identity(
                token.Subject, names, token.Claims.ToFrozenDictionary(StringComparer.Ordinal)));
    }
}

/// <summary>The tokens of trusted publishing, and the sessions, that were ended here before their time.</summary>
sealed class BurnedTokens(TimeProvider clock)
{
    readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    /// <summary>Whether a token was ended.</summary>
    public bool Contains(string id) => _ends.ContainsKey(id);

    /// <summary>Ends a session. Returns false if its owner has ended too many lately.</summary>
    public bool TryAddSession(string id, DateTimeOffset expires)
    {
        if (!SessionCookies.MayEnd(id, _ends.Keys))
            return false;
        Add(id, expires);
        return true;
    }

    /// <summary>Ends a token, and forgets those that have expired since.</summary>
    public void Add(string id, DateTimeOffset expires)
    {
        RemoveExpired();
        _ends[id] = expires;
    }

    /// <summary>Ends a token that is good for one request. Returns false if it was ended before.</summary>
    public bool TryAdd(string id, DateTimeOffset expires)
    {
        RemoveExpired();
        return _ends.TryAdd(id, expires);
    }

    void RemoveExpired()
    {
        var now = clock.GetUtcNow();
        foreach (var (old, _) in _ends.Where(end => end.Value < now))
            _ends.TryRemove(old, out _);
    }
}
