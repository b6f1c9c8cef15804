using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Content.Statistics;

static partial class Log
{
    [LoggerMessage(901, LogLevel.Warning, "The statistics in '{Key}' are damaged and do not count: {Message}")]
    public static partial void Damaged(ILogger logger, string key, string message);

    [LoggerMessage(902, LogLevel.Warning, "The last downloads were not written to the statistics: {Message}")]
    public static partial void NotWritten(ILogger logger, string message);
}
