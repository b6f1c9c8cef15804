using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

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
            : AuthenticationResult.From(new Caller.Identity(
                token.Subject, meant.Select(issuer => issuer.Provider!).ToFrozenSet(), token.Claims));
    }
}

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

/// <summary>
/// Reads ServiceAccount tokens
/// (<see href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/">Kubernetes</see>).
/// </summary>
static class ServiceAccountClaims
{
    const string Prefix = "system:serviceaccount:";

    /// <summary>
    /// A kubelet renews a projected token after 80 % of its life and at the latest after a day, so an older one was
    /// taken out of its pod.
    /// </summary>
    static readonly TimeSpan _maxAge = TimeSpan.FromHours(24);

    /// <summary>Returns the ServiceAccount of a verified token, or what is wrong with it.</summary>
    public static AuthenticationResult Read(JsonWebToken token, DateTimeOffset now)
    {
        if (token.IssuedAt is not { } issued || now - issued > _maxAge)
            return AuthenticationResult.Failed("The ServiceAccount token is older than 24 hours.");
        if (!token.Subject.StartsWith(Prefix, StringComparison.Ordinal)
            || token.Subject[Prefix.Length..].Split(':') is not [{ Length: > 0 } ns, { Length: > 0 } name]
            || !AreSame(token.Payload, ns, name))
        {
            return AuthenticationResult.Failed("The token is not of a ServiceAccount.");
        }
        return AuthenticationResult.From(new Caller.ServiceAccount(ns, name)
        {
            Pod = FindName(token.Payload, "pod"),
            Node = FindName(token.Payload, "node"),
        });
    }

    /// <summary>Returns the name of an object that the API server bound the token to, or null.</summary>
    static string? FindName(JsonElement payload, string kind) =>
        payload.GetProperty("kubernetes.io").TryGetProperty(kind, out var bound)
        && bound.ValueKind is JsonValueKind.Object
        && bound.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
            ? name.GetString()
            : null;

    /// <summary>Whether the claims that only the API server writes name the same ServiceAccount.</summary>
    static bool AreSame(JsonElement payload, string ns, string name) =>
        payload.TryGetProperty("kubernetes.io", out var claims) && claims.ValueKind is JsonValueKind.Object
        && claims.TryGetProperty("namespace", out var inNamespace)
        && inNamespace.ValueKind is JsonValueKind.String && inNamespace.ValueEquals(ns)
        && claims.TryGetProperty("serviceaccount", out var account) && account.ValueKind is JsonValueKind.Object
        && account.TryGetProperty("name", out var named)
        && named.ValueKind is JsonValueKind.String && named.ValueEquals(name);
}
