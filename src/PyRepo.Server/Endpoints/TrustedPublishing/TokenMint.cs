using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>
/// Gives short-lived tokens to those whom a provider's token identifies, if a grant of any repository names that
/// identity. Their rights are decided when the token is used.
/// </summary>
sealed class TokenMint(TimeProvider clock)
{
    const int MaxRemembered = 10_000;
    readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <summary>
    /// Returns the audience that a provider's token must have, or null if no repository has providers. If providers
    /// differ, it is that of most of them.
    /// </summary>
    public static string? FindAudience(IEnumerable<RepositoryRegistration> repositories) =>
        TrustedBy(repositories).SelectMany(each => each.Issuer.Audiences)
            .GroupBy(audience => audience, StringComparer.Ordinal)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;

    /// <summary>Mints a token.</summary>
    /// <param name="repositories">The repositories of the process.</param>
    /// <param name="text">The provider's token.</param>
    /// <param name="cancellationToken">Canceled when the client disconnects.</param>
    /// <exception cref="AuthenticationUnavailableException">The provider's keys cannot be read.</exception>
    public async Task<MintResult> MintAsync(
        IEnumerable<RepositoryRegistration> repositories, string text, CancellationToken cancellationToken)
    {
        var trusted = TrustedBy(repositories);
        if (trusted.IsEmpty)
            return MintResult.Refused("not-enabled", "No repository here has identity providers.");
        if (!JsonWebToken.TryParse(text, out var token))
            return MintResult.Refused("invalid-token", "The token is not a signed JSON Web Token, or is too long.");
        var issued = trusted.RemoveAll(each => each.Issuer.Issuer != token.Issuer);
        if (issued.IsEmpty)
            return MintResult.Refused("invalid-token", "The token is of an issuer that no repository here accepts.");
        var meant = issued.RemoveAll(each => !each.Issuer.IsFor(token));
        if (meant.IsEmpty)
        {
            var audiences = issued.SelectMany(each => each.Issuer.Audiences).Distinct();
            return MintResult.Refused(
                "invalid-token",
                $"The token is for another audience. Here it must be '{string.Join("' or '", audiences)}'.");
        }
        if (await meant[0].Issuer.Verifier.FailureOfAsync(token, cancellationToken) is { } failure)
            return MintResult.Refused("invalid-token", failure);
        return await MintAsync(token, meant, cancellationToken);
    }

    async Task<MintResult> MintAsync(
        JsonWebToken token, ImmutableArray<(RepositoryRegistration Repository, TrustedIssuer Issuer)> meant,
        CancellationToken cancellationToken)
    {
        var named = meant.Where(each => each.Repository.Access.Names(new Caller.Identity(
            token.Subject, meant.Where(other => other.Repository.Name == each.Repository.Name)
                .Select(other => other.Issuer.Provider!).ToFrozenSet(), token.Claims))).ToList();
        if (named.Count == 0)
        {
            return MintResult.Refused(
                "invalid-publisher",
                "The token is valid, but no grant in spec.access.grants names an identity with its claims.");
        }
        if (named.Select(each => each.Repository.MintedTokens).FirstOrDefault(tokens => tokens is not null)
            is not { } signer)
        {
            throw new AuthenticationUnavailableException("The namespace's signing key is missing. Try again.");
        }
        var store = named.Select(each => each.Repository.Tokens).FirstOrDefault(tokens => tokens is not null);
        if (!await TryUseAsync(token, store, cancellationToken))
            return MintResult.Refused("invalid-reuse-token", "The token was used before. Get a new one.");
        var claims = named.SelectMany(each => each.Repository.Access.Claims).Concat(TrustedPublisher.Claims)
            .Concat(DownloadCallers.Claims).ToHashSet(StringComparer.Ordinal);
        var (text, expires) = signer.Sign(token, claims);
        return new MintResult { Token = text, Expires = expires, Subject = token.Subject, Issuer = token.Issuer };
    }

    /// <summary>
    /// Whether a provider's token is used for the first time: on any replica, if the repository has a store here, or
    /// else in this process.
    /// </summary>
    async ValueTask<bool> TryUseAsync(JsonWebToken token, TokenStore? store, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_used.Count >= MaxRemembered)
        {
            foreach (var (old, _) in _used.Where(used => used.Value < now))
                _used.TryRemove(old, out _);
        }
        var id = token.Id is { } jti ? $"{token.Issuer}\n{jti}" : $"{Sha256Digest.HashData(token.SigningInput)}";
        // The clocks of issuer and server may differ, so it is remembered a little longer than it is valid.
        var expires = (token.Expires ?? now) + TimeSpan.FromMinutes(1);
        if (store is null)
            return _used.TryAdd(id, expires);
        // The store decides, and first: if it fails, the token is not used up.
        var key = $"jti:{Sha256Digest.HashData(Encoding.UTF8.GetBytes(id))}";
        return !_used.ContainsKey(id) && await store.TryUseAsync(key, expires, cancellationToken)
            && _used.TryAdd(id, expires);
    }

    /// <summary>The providers of repositories and, for groups, of their members.</summary>
    static ImmutableArray<(RepositoryRegistration Repository, TrustedIssuer Issuer)> TrustedBy(
        IEnumerable<RepositoryRegistration> repositories) =>
    [
        .. from repository in repositories.SelectMany(each => each.Members.Values.Prepend(each))
               .DistinctBy(each => each.Name)
           from authenticator in repository.Authenticators.OfType<JwtAuthenticator>()
           from issuer in authenticator.Providers
           select (repository, issuer),
    ];
}

/// <summary>A minted token, or why there is none.</summary>
sealed record MintResult
{
    /// <summary>The minted token, or null.</summary>
    public string? Token { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whom the provider's token is about.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The provider.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>PyPI's code for a refusal.</summary>
    public string Code { get; init; } = "";

    /// <summary>The reason for a refusal, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>A refusal.</summary>
    public static MintResult Refused(string code, string description) =>
        new() { Code = code, Description = description };
}
