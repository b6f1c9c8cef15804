using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Policies;

static partial class Log
{
    [LoggerMessage(316, LogLevel.Warning, "{Rule}: {Finding}")]
    public static partial void Found(ILogger logger, string rule, string finding);
}
