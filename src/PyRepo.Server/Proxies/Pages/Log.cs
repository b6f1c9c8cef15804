using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Pages;

static partial class Log
{
    [LoggerMessage(
        309, LogLevel.Warning, "The page of '{Project}' was not saved, and is served from memory: {Message}")]
    public static partial void PageNotSaved(ILogger logger, string project, string message);

    [LoggerMessage(
        315, LogLevel.Warning, "The attestations of '{Project}' were not all verified: {Message} They will be later.")]
    public static partial void NotVerified(ILogger logger, string project, string message);
}
