using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies;

static partial class Log
{
    [LoggerMessage(311, LogLevel.Warning, "'{File}' could not be fetched: {Message}")]
    public static partial void FailedElsewhere(ILogger logger, string file, string message);

    [LoggerMessage(312, LogLevel.Warning, "A request for '{Project}' came back to the proxy that sent it. {Message}")]
    public static partial void Loops(ILogger logger, string project, string message);
}
