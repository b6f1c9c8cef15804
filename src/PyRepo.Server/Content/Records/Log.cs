using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Content.Records;

static partial class Log
{
    [LoggerMessage(105, LogLevel.Information, "Removed '{Key}' because no record references it.")]
    public static partial void Collected(ILogger logger, string key);

    [LoggerMessage(106, LogLevel.Error, "Could not find out whether '{Key}' is referenced, or remove it: {Message}")]
    public static partial void NotCollected(ILogger logger, string key, string message);
}
