using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Upstream;

static partial class Log
{
    [LoggerMessage(310, LogLevel.Warning, "'{Path}' from upstream broke off: {Message}")]
    public static partial void BrokenOff(ILogger logger, string path, string message);

    [LoggerMessage(314, LogLevel.Information,
        "{Upstream} redirects '{Project}' to {Index}, which is another index and not followed "
            + "(spec.upstream.redirects)")]
    public static partial void ForwardedElsewhere(ILogger logger, string upstream, string project, string index);

    [LoggerMessage(326, LogLevel.Information,
        "{Upstream} has its list of projects at {Index}, so pages there are its own, too")]
    public static partial void ListElsewhere(ILogger logger, string upstream, string index);
}
