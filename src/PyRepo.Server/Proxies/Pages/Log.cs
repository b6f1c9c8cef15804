using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Pages;

static partial class Log
{
    [LoggerMessage(
        309, LogLevel.Warning, "The page of '{Project}' was not saved, and is served from memory: {Message}")]
    public static partial void PageNotSaved(ILogger logger, string project, string message);
}
