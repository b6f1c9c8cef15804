using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Takes a client's address, scheme and host from the headers of the proxies in front of the server. Each address is
/// believed by the one after it: from the right, as long as it is a trusted proxy's.
/// </summary>
static class TrustedProxies
{
    const string Addresses = "X-Forwarded-For";
    const string Host = "X-Forwarded-Host";

    /// <summary>Returns what handles a request, after the headers of trusted proxies have been applied to it.</summary>
    /// <param name="trusted">The addresses of trusted proxies. If there are none, the headers mean nothing.</param>
    /// <param name="next">Handles the request.</param>
    /// <param name="logs">Creates the log.</param>
    public static RequestDelegate Apply(
        ImmutableArray<IPNetwork> trusted, RequestDelegate next, ILoggerFactory logs)
    {
        if (trusted.IsEmpty)
            return next;
        var all = Create(limit: null);
        // Without addresses, nobody knows who wrote what is further to the left.
        var nearest = Create(limit: 1);
        return context =>
        {
            var headers = context.Request.Headers;
            if (!headers[Host].All(AreHosts))
                headers.Remove(Host);
            return string.IsNullOrWhiteSpace(headers[Addresses]) ? nearest.Invoke(context) : all.Invoke(context);
        };

        // The middleware throws for some that are none.
        static bool AreHosts(string? header) => header!.Split(',').All(each => RequestHost.IsHost(each.Trim()));

        ForwardedHeadersMiddleware Create(int? limit)
        {
            var options = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                    | ForwardedHeaders.XForwardedHost,
                ForwardLimit = limit,
            };
            options.KnownIPNetworks.Clear();
            options.KnownProxies.Clear();
            foreach (var network in trusted)
                options.KnownIPNetworks.Add(network);
            return new ForwardedHeadersMiddleware(
                context =>
                {
                    UseSchemeOfTheWeb(context.Request, options.OriginalProtoHeaderName);
                    return next(context);
                },
                logs, Options.Create(options));
        }
    }

    /// <summary>
    /// Puts the connection's scheme, which is kept in a header, back for what is none of the web: it is a part of links.
    /// </summary>
    static void UseSchemeOfTheWeb(HttpRequest request, string original)
    {
        string[] schemes = [Uri.UriSchemeHttps, Uri.UriSchemeHttp];
        request.Scheme = schemes.FirstOrDefault(
            scheme => scheme.Equals(request.Scheme, StringComparison.OrdinalIgnoreCase))
            ?? request.Headers[original].ToString();
    }
}
