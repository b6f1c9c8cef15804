using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Hosted.Retention;

static partial class Log
{
    [LoggerMessage(707, LogLevel.Information, "Retention, run by {By}, deleted {Release}. {Reason}")]
    public static partial void Removed(ILogger logger, string by, string release, string reason);

    [LoggerMessage(708, LogLevel.Warning, "Retention skips '{Project}'. {Message}")]
    public static partial void Skipped(ILogger logger, string project, string message);
}
