using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.References;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Configuration;

/// <summary>Makes of a proxy's spec, and of what it refers to, how its upstream is reached.</summary>
static class UpstreamReader
{
    /// <summary>The settings; what is named and missing or unusable is left out and told.</summary>
    public static UpstreamSettings Read(ProxyRepository proxy, ServerConfiguration configuration, out string? problem)
    {
        var spec = proxy.Spec.Upstream;
        var url = new Uri(spec.Url.EndsWith('/') ? spec.Url : spec.Url + "/");
        var credentials = CredentialsOf(proxy, configuration, out problem);
        var pem = PemOf(proxy, configuration);
        return new UpstreamSettings
        {
            Url = url,
            Credentials = credentials,
            Roots = pem is null ? null : RootsOf(pem, ref problem),
            Proxy = string.IsNullOrEmpty(spec.ProxyUrl) ? null : new Uri(spec.ProxyUrl),
            Timeout = spec.Timeout.Value,
            EgressPolicy = new EgressPolicy(
                configuration.IsMounted, configuration.ApiServers, configuration.AllowedDestinations),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
                $"{url}\n{credentials}\n{pem}\n{spec.ProxyUrl}\n{spec.Timeout}\n{configuration.IsMounted}\n"
                + string.Join('\n', configuration.AllowedDestinations) + "\n" + string.Join('\n', configuration.ApiServers)))),
        };
    }

    /// <summary>The problems of all proxies' references.</summary>
    public static IEnumerable<Problem> Unusable(ServerConfiguration configuration)
    {
        foreach (var proxy in configuration.Manifests.Resources.OfType<ProxyRepository>())
        {
            Read(proxy, configuration, out var problem);
            if (problem is not null)
                yield return Problem.At(proxy.PositionOf("spec.upstream"), "spec.upstream", problem, ProblemReason.MissingReference);
        }
    }

    static (string, Uri)? CredentialsOf(ProxyRepository proxy, ServerConfiguration configuration, out string? problem)
    {
        problem = null;
        if (proxy.Spec.Upstream.CredentialsSecretRef is not { Name: var name }
            || configuration.FindSecret(proxy, name) is not { } secret)
        {
            return null;
        }
        string? Text(string key) => secret.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes).Trim() : null;
        if (Text("username") is not { } user || Text("password") is not { } password || Text("url") is not { } url
            || !Uri.TryCreate(url, UriKind.Absolute, out var origin))
        {
            problem = $"the Secret \"{name}\" lacks one of the keys username, password and url (the origin that may see them)";
            return null;
        }
        problem = NotSentReason(proxy.Spec.Upstream, name, Text("proxyUrl"));
        if (problem is not null)
            return null;
        return ("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")), origin);
    }

    /// <summary>
    /// Whoever writes the spec may not be who may read the Secret: all that could read along on the way is the
    /// Secret's to name. Null: they may be sent.
    /// </summary>
    static string? NotSentReason(UpstreamSpec spec, string secret, string? proxyUrl)
    {
        if (!string.IsNullOrEmpty(spec.ProxyUrl)
            && (!Uri.TryCreate(proxyUrl, UriKind.Absolute, out var named) || named != new Uri(spec.ProxyUrl)))
        {
            return $"the Secret \"{secret}\" is not sent through {spec.ProxyUrl}: it does not say so in its key proxyUrl";
        }
        return spec.CaBundleRef is not { } trusted || (trusted.Kind is DataKind.Secret && trusted.Name == secret)
            ? null
            : $"the Secret \"{secret}\" is not sent where another object says whom to trust: let caBundleRef name a key of "
                + "this Secret";
    }

    static string? PemOf(ProxyRepository proxy, ServerConfiguration configuration) =>
        proxy.Spec.Upstream.CaBundleRef is { } reference
            ? configuration.FindData(proxy, reference.Kind, reference.Name, reference.Key)
            : null;

    static X509Certificate2Collection? RootsOf(string pem, ref string? problem)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(pem);
            return roots;
        }
        catch (CryptographicException error)
        {
            problem ??= $"the certificates of caBundleRef can't be read: {error.Message}";
            return null;
        }
    }
}
