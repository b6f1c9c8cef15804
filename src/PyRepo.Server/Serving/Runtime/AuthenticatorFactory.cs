using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Resources;
using PyRepo.Resources.Access;
using PyRepo.Resources.References;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Access.Oidc;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Creates the authenticators of repositories. What is slow to find out (passwords, tokens, issuers' keys) is remembered
/// over changes of the configuration that do not concern it.
/// </summary>
sealed class AuthenticatorFactory(
    ServeOptions options, BurnedTokens burned, SigningKeyHistory keys, TimeProvider clock, ILoggerFactory loggers)
    : IDisposable
{
    readonly PasswordVerifiers _passwords = new(clock);
    readonly Dictionary<string, string> _generated = new(StringComparer.Ordinal);
    readonly Dictionary<string, JwtVerifier> _verifiers = new(StringComparer.Ordinal);
    readonly Dictionary<string, OidcIssuer> _issuers = new(StringComparer.Ordinal);
    readonly HashSet<string> _used = new(StringComparer.Ordinal);
    byte[]? _ownKey;

    /// <summary>
    /// Returns the same registration with the authenticators that its resource's access names.
    /// </summary>
    /// <param name="registration">The registration.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="tokens">The tokens that the repository keeps, or null if it keeps none.</param>
    public RepositoryRegistration AddTo(
        RepositoryRegistration registration, Resource resource, ServerConfiguration configuration,
        IApiTokenSource? tokens)
    {
        var issuers = GetIssuers(resource, configuration);
        var users = GetUsers(resource, configuration);
        var jwt = new JwtAuthenticator(issuers, clock);
        var minted = issuers.Any(issuer => issuer.Provider is not null)
            ? SigningKey.GetMintedTokens(resource, configuration, OwnKey, keys, clock) : null;
        return registration with
        {
            Users = users,
            MintedTokens = minted,
            Sessions = SigningKey.GetSessions(resource, configuration, OwnKey, burned, clock),
            Authenticators =
            [
                .. SigningKey.GetTokens(resource, configuration, keys, clock) is { } members
                    ? (IAuthenticator[])[new MemberTokenAuthenticator(
                        members, SigningKey.GetAudience(resource), burned)]
                    : [],
                .. minted is null ? (IAuthenticator[])[]
                    : [new MintedTokenAuthenticator(minted, jwt.Providers, burned, registration.Tokens)],
                new ApiTokenAuthenticator(users, tokens, clock)
                {
                    AcceptsServiceAccounts = resource.Spec().Access?.ServiceAccounts is not null,
                },
                jwt,
                _passwords.For(users),
            ],
        };
    }

    /// <summary>Forgets what no repository uses any more.</summary>
    public void RemoveOthers(IEnumerable<RepositoryRegistration> now)
    {
        _passwords.RemoveOthers(
            now.SelectMany(registration => registration.Authenticators).OfType<PasswordVerifier>().ToHashSet());
        foreach (var key in _verifiers.Keys.Except(_used).ToList())
            _verifiers.Remove(key);
        foreach (var key in _issuers.Keys.Except(_used).ToList())
        {
            _issuers.Remove(key, out var issuer);
            issuer!.Dispose();
        }
        _used.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var issuer in _issuers.Values)
            issuer.Dispose();
    }

    ImmutableArray<TrustedIssuer> GetIssuers(Resource resource, ServerConfiguration configuration)
    {
        var access = resource.Spec().Access;
        var issuers = (access?.IdentityProviders ?? []).Select(provider => new TrustedIssuer(
            provider.Name, [provider.Audience], GetVerifier(provider, configuration)));
        return access?.ServiceAccounts is { } accepted && configuration.Platform?.ServiceAccounts is { } cluster
            ? [new TrustedIssuer(null, GetAudiences(accepted, resource), GetVerifier(cluster)), .. issuers]
            : [.. issuers];
    }

    static ImmutableArray<string> GetAudiences(ServiceAccountsSpec accepted, Resource resource) =>
        accepted.Audiences is { } audiences ? [.. audiences] : [$"pyrepo.dev/{resource.Metadata.Namespace}"];

    JwtVerifier GetVerifier(PlatformServiceAccounts cluster) => GetOrCreate(
        _verifiers, $"{cluster.Issuer}\n{cluster.Jwks.GetRawText()}",
        () => new JwtVerifier(cluster.Issuer, new KnownSigningKeys(cluster.Keys), clock));

    JwtVerifier GetVerifier(IdentityProvider provider, ServerConfiguration configuration)
    {
        var key = $"{provider.Issuer}\n{configuration.IsMounted}\n{string.Join(' ', configuration.ApiServers)}\n"
            + string.Join(' ', configuration.AllowedDestinations);
        var issuer = GetOrCreate(_issuers, key, () => new OidcIssuer(
            provider.Issuer, UpstreamReader.GetDestinations(configuration), options.OwnPorts, clock,
            loggers.CreateLogger("PyRepo.Oidc")));
        return GetOrCreate(_verifiers, key, () => new JwtVerifier(provider.Issuer, issuer, clock));
    }

    T GetOrCreate<T>(Dictionary<string, T> known, string key, Func<T> create)
    {
        _used.Add(key);
        return known.TryGetValue(key, out var found) ? found : known[key] = create();
    }

    UserStore GetUsers(Resource resource, ServerConfiguration configuration)
    {
        var (name, access) = (resource.Metadata.Name, resource.Spec().Access);
        if (access?.UsersSecretRef is { } users)
        {
            return configuration.FindUsers(resource) is { Users: var found }
                ? Named(found, users.Name)
                : UserStore.Empty;
        }
        // A password is needed only if uploads are possible.
        if (access is not null || resource is not PythonRepository)
            return UserStore.Empty;
        var generated = GeneratedSecret.Credentials(resource.Metadata.Name);
        if (!configuration.IsMounted)
            return Named(UserStore.Single(GeneratedSecret.User, GetPassword(name)), generated);
        return configuration.FindSecret(resource, generated) is { } mounted
            ? Named(UserStore.ReadGenerated(mounted), generated)
            : UserStore.Empty;

        UserStore Named(UserStore found, string secret) =>
            found with { Secret = $"{resource.Metadata.Namespace}/{secret}" };
    }

    /// <summary>Returns the generated password, which stays the same while the data folder is away.</summary>
    string GetPassword(string name)
    {
        if (_generated.TryGetValue(name, out var known) && !Directory.Exists(options.Data))
            return known;
        RequireData();
        return _generated[name] = CredentialsFile.ReadOrCreate(options.Data, name);
    }

    byte[] OwnKey()
    {
        if (_ownKey is null)
            RequireData();
        return _ownKey ??= CredentialsFile.ReadOrCreateSigningKey(options.Data);
    }

    /// <summary>Throws if the data folder was removed. Only the start of the server creates it.</summary>
    void RequireData()
    {
        if (_generated.Count > 0 && !Directory.Exists(options.Data))
            throw new DirectoryNotFoundException($"--data {options.Data}: the folder was removed.");
    }
}
