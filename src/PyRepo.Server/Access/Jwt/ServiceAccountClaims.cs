using System.Text.Json;

namespace PyRepo.Server.Access.Jwt;

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
        return AuthenticationResult.Of(new Caller.ServiceAccount(ns, name));
    }

    /// <summary>Whether the claims that only the API server writes name the same ServiceAccount.</summary>
    static bool AreSame(JsonElement payload, string ns, string name) =>
        payload.TryGetProperty("kubernetes.io", out var claims) && claims.ValueKind is JsonValueKind.Object
        && claims.TryGetProperty("namespace", out var inNamespace)
        && inNamespace.ValueKind is JsonValueKind.String && inNamespace.ValueEquals(ns)
        && claims.TryGetProperty("serviceaccount", out var account) && account.ValueKind is JsonValueKind.Object
        && account.TryGetProperty("name", out var named)
        && named.ValueKind is JsonValueKind.String && named.ValueEquals(name);
}
