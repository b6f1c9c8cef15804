using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Records;

static partial class Log
{
    [LoggerMessage(105, LogLevel.Information, "Removed '{Key}': no record names it.")]
    public static partial void Collected(ILogger logger, string key);

    [LoggerMessage(106, LogLevel.Error, "Could not look for bytes that no record names.")]
    public static partial void GarbageFailed(ILogger logger, Exception error);
}
