using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Hosted.Undo;

static partial class Log
{
    [LoggerMessage(709, LogLevel.Information, "{By} removed the bytes of a deleted file: {Key}.")]
    public static partial void Purged(ILogger logger, string key, string by);

    [LoggerMessage(710, LogLevel.Warning, "The bytes of deleted files of '{Project}' stay. {Message}")]
    public static partial void NotPurged(ILogger logger, string project, string message);

    [LoggerMessage(
        334, LogLevel.Warning, "Removed the bytes of '{Key}' before its record says so: the storage is full.")]
    public static partial void PurgedFirst(ILogger logger, string key);
}
