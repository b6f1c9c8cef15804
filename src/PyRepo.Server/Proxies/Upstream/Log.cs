using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Upstream;

static partial class Log
{
    [LoggerMessage(310, LogLevel.Warning, "'{Path}' from upstream broke off: {Message}")]
    public static partial void BrokenOff(ILogger logger, string path, string message);
}
