using PyRepo.Resources;

namespace PyRepo.Server.Commands;

/// <summary>The environment variables that name an HTTP proxy to other programs. They are not used.</summary>
static class ProxyVariables
{
    static readonly string[] _names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

    /// <summary>
    /// Returns a sentence about the variables that are set, or null if nobody would expect them to be used.
    /// </summary>
    public static string? Warning(IEnumerable<Resource> resources, Func<string, string?> environment)
    {
        string[] direct =
        [
            .. resources.OfType<ProxyRepository>()
                .Where(proxy => string.IsNullOrEmpty(proxy.Spec.Upstream.ProxyUrl))
                .Select(proxy => proxy.Metadata.Name),
        ];
        string[] set =
        [
            .. _names.SelectMany(name => (string[])[name, name.ToLowerInvariant()])
                .Where(name => !string.IsNullOrEmpty(environment(name))),
        ];
        return direct.Length == 0 || set.Length == 0 ? null
            : $"warning: {string.Join(", ", set)} {(set.Length == 1 ? "is" : "are")} not used. To reach the upstream "
                + $"of {string.Join(", ", direct)} through a proxy, set spec.upstream.proxyUrl.";
    }
}
