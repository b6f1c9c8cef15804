using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.References;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Creates the settings of an upstream from a proxy's spec and the objects that it refers to.</summary>
static class UpstreamReader
{
    static readonly ImmutableArray<string> _credentialsKeys = ["username", "password", "url"];

    /// <summary>Returns the settings. A reference that is missing or unusable is omitted and reported.</summary>
    public static UpstreamSettings Read(ProxyRepository proxy, ServerConfiguration configuration, out string? problem)
    {
        var spec = proxy.Spec.Upstream;
        var isFindLinks = IsFindLinks(spec);
        var url = new Uri(spec.Url.EndsWith('/') || isFindLinks ? spec.Url : spec.Url + "/");
        var credentials = GetCredentials(proxy, configuration, out problem);
        var pem = GetPem(proxy, configuration);
        return new UpstreamSettings
        {
            Url = url,
            IsFindLinks = isFindLinks,
            Probe = ProjectName.TryParse(spec.Probe, out var probe) ? probe : null,
            Credentials = credentials,
            Roots = pem is null ? null : GetRoots(pem, ref problem),
            Proxy = string.IsNullOrEmpty(spec.ProxyUrl) ? null : new Uri(spec.ProxyUrl),
            Timeout = spec.Timeout.Value,
            FollowsPagesElsewhere = spec.Redirects is UpstreamRedirects.Follow,
            EgressPolicy = GetDestinations(configuration),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
                $"{url}\n{isFindLinks}\n{credentials}\n{pem}\n{spec.ProxyUrl}\n{spec.Timeout}\n"
                + $"{spec.Probe}\n{spec.Redirects}\n"
                + $"{configuration.IsMounted}\n"
                + string.Join('\n', configuration.AllowedDestinations) + "\n"
                    + string.Join('\n', configuration.ApiServers)))),
        };
    }

    /// <summary>Returns where this server may connect to.</summary>
    public static EgressPolicy GetDestinations(ServerConfiguration configuration) =>
        new(configuration.IsMounted, configuration.ApiServers, configuration.AllowedDestinations);

    /// <summary>Returns the problems with the references of all proxies.</summary>
    public static IEnumerable<Diagnostic> Unusable(ServerConfiguration configuration)
    {
        foreach (var proxy in configuration.Manifests.Resources.OfType<ProxyRepository>())
        {
            Read(proxy, configuration, out var problem);
            if (problem is not null)
                yield return Diagnostic.At(
                    proxy.GetPosition("spec.upstream"), "spec.upstream", problem, ProblemReason.MissingReference);
        }
    }

    /// <summary>
    /// Returns a warning for each proxy whose credentials are for another origin than its upstream. That can be right:
    /// an upstream may link to files of another origin.
    /// </summary>
    public static IEnumerable<Diagnostic> CredentialsForOthers(ServerConfiguration configuration)
    {
        foreach (var proxy in configuration.Manifests.Resources.OfType<ProxyRepository>())
        {
            var settings = Read(proxy, configuration, out _);
            if (settings.Credentials is not { Origin: var origin } || UpstreamSettings.SameOrigin(origin, settings.Url))
                continue;
            const string field = "spec.upstream.credentialsSecretRef";
            var upstream = settings.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
            yield return Diagnostic.At(
                proxy.GetPosition(field), field,
                $"the Secret \"{proxy.Spec.Upstream.CredentialsSecretRef!.Name}\" is not sent to {upstream}, "
                + "because its key url names another origin",
                ProblemReason.MissingReference);
        }
    }

    static bool IsFindLinks(UpstreamSpec spec) => spec.Layout is { } layout
        ? layout is UpstreamLayout.FindLinks
        : spec.Url.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
            || spec.Url.EndsWith(".htm", StringComparison.OrdinalIgnoreCase);

    static (string, Uri)? GetCredentials(ProxyRepository proxy, ServerConfiguration configuration, out string? problem)
    {
        problem = null;
        if (proxy.Spec.Upstream.CredentialsSecretRef is not { Name: var name }
            || configuration.FindSecret(proxy, name) is not { } secret)
        {
            return null;
        }
        string? Text(string key) =>
            secret.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes).Trim() : null;
        if (Text("username") is not { } user || Text("password") is not { } password || Text("url") is not { } url)
        {
            problem = $"the Secret \"{name}\" lacks {MissingKeys(secret)}";
            return null;
        }
        // Some services take a token as the name, or as the password, and leave the other one empty.
        if (user.Length == 0 && password.Length == 0)
        {
            problem = $"the Secret \"{name}\" has nothing in its keys username and password";
            return null;
        }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var origin) || origin.Scheme is not ("http" or "https"))
        {
            problem = $"the key url of the Secret \"{name}\" is not an http or https URL";
            return null;
        }
        problem = NotSentReason(proxy.Spec.Upstream, name, Text("proxyUrl"));
        if (problem is not null)
            return null;
        return ("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")), origin);
    }

    /// <summary>Names the keys that credentials need and that a Secret lacks.</summary>
    static string MissingKeys(IReadOnlyDictionary<string, byte[]> secret)
    {
        string[] missing = [.. _credentialsKeys.Where(key => !secret.ContainsKey(key))];
        var keys = missing.Length == 1
            ? $"the key {missing[0]}" : $"the keys {string.Join(", ", missing[..^1])} and {missing[^1]}";
        return missing.Contains("url") ? $"{keys} (the origin that may see them)" : keys;
    }

    /// <summary>
    /// Returns why the credentials must not be sent, or null if they may be. The author of the spec may not be allowed
    /// to read the Secret. The Secret itself must therefore name everything that could read the credentials in transit.
    /// </summary>
    static string? NotSentReason(UpstreamSpec spec, string secret, string? proxyUrl)
    {
        if (!string.IsNullOrEmpty(spec.ProxyUrl)
            && (!Uri.TryCreate(proxyUrl, UriKind.Absolute, out var named) || named != new Uri(spec.ProxyUrl)))
        {
            return $"the Secret \"{secret}\" is not sent through {spec.ProxyUrl}, because its key proxyUrl does not "
                + "name this proxy";
        }
        return spec.CaBundleRef is not { } trusted || (trusted.Kind is DataKind.Secret && trusted.Name == secret)
            ? null
            : $"the Secret \"{secret}\" is not sent if another object names the trusted certificates: let "
                + "caBundleRef name a key of this Secret";
    }

    static string? GetPem(ProxyRepository proxy, ServerConfiguration configuration) =>
        proxy.Spec.Upstream.CaBundleRef is { } reference
            ? configuration.FindData(proxy, reference.Kind, reference.Name, reference.Key)
            : null;

    static X509Certificate2Collection? GetRoots(string pem, ref string? problem)
    {
        try
        {
            return SystemRoots.Read(pem);
        }
        catch (CryptographicException error)
        {
            problem ??= $"the certificates of caBundleRef cannot be read: {error.Message}";
            return null;
        }
    }
}
