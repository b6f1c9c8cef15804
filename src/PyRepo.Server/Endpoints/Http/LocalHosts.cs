using System.Net;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// The names by which this machine itself is asked. A page of another site can let its own name resolve to a loopback
/// address, and then read and change what is there (DNS rebinding), but the browser still sends the page's name.
/// </summary>
static class LocalHosts
{
    const string Name = "localhost";

    /// <summary>Returns whether a request's Host is an address, localhost or a name below it, or nothing.</summary>
    /// <param name="header">The header as it came: <see cref="HttpRequest.Host"/> throws for some.</param>
    public static bool Include(string? header)
    {
        var host = new HostString(header ?? "").Host.TrimEnd('.');
        return host.Length == 0
            || host.Equals(Name, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith($".{Name}", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host, out _);
    }

    /// <summary>Returns what handles a request after its Host was checked.</summary>
    /// <param name="isDeclared">Whether a resource names a host, by which its clients ask, too.</param>
    /// <param name="next">Handles the request.</param>
    public static RequestDelegate Apply(Func<string, bool> isDeclared, RequestDelegate next) => context =>
    {
        var header = context.Request.Headers.Host.ToString();
        return Include(header) || isDeclared(new HostString(header).Host)
            ? next(context)
            : throw new RejectedException(
                RejectionReason.Forbidden,
                $"This server listens on a loopback address, and is not known as '{header}'. Name the host in "
                    + "spec.ingress.host of a resource or, if a web server is in front, use --trusted-proxy.");
    };
}
