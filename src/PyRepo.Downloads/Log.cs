using Microsoft.Extensions.Logging;

namespace PyRepo.Downloads;

static partial class Log
{
    [LoggerMessage(911, LogLevel.Error,
        "The file '{Key}' of the download log is damaged and does not count: {Message}")]
    public static partial void Damaged(ILogger logger, string key, string message);

    [LoggerMessage(912, LogLevel.Error,
        "The last downloads were not written to the download log ({Count} of them): {Message}")]
    public static partial void NotWritten(ILogger logger, long count, string message);

    [LoggerMessage(913, LogLevel.Information, "A caller was erased from the download log: {Lines} lines.")]
    public static partial void Forgotten(ILogger logger, long lines);
}
