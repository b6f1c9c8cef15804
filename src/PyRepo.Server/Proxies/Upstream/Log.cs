using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Upstream;

static partial class Log
{
    [LoggerMessage(310, LogLevel.Warning, "'{Path}' from upstream broke off: {Message}")]
    public static partial void BrokenOff(ILogger logger, string path, string message);

    [LoggerMessage(314, LogLevel.Information,
        "{Upstream} has no '{Project}': it redirects to {Origin}, which is not followed (spec.upstream.redirects)")]
    public static partial void ForwardedElsewhere(ILogger logger, string upstream, string project, string origin);
}
