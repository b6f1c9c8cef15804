using System.Net;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Serving.Management;

/// <summary>
/// Decides which names the management port answers to. A page of another site can let its own name resolve to this
/// address and then read the answers (DNS rebinding), but the browser still sends the page's name.
/// </summary>
static class ManagementHost
{
    /// <summary>
    /// Returns whether a request's Host is an address, as probes, the operator and Prometheus use, or localhost.
    /// </summary>
    /// <param name="header">The header as it came: <see cref="HttpRequest.Host"/> throws for some.</param>
    public static bool IsAllowed(string? header)
    {
        var host = new HostString(header ?? "");
        return !host.HasValue
            || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host.Host, out _);
    }
}
