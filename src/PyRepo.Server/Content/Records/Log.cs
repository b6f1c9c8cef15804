using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Content.Records;

static partial class Log
{
    [LoggerMessage(105, LogLevel.Information, "Removed '{Key}' because no record references it.")]
    public static partial void Collected(ILogger logger, string key);

    [LoggerMessage(106, LogLevel.Error, "Could not find out whether '{Key}' is referenced, or remove it: {Message}")]
    public static partial void NotCollected(ILogger logger, string key, string message);

    [LoggerMessage(331, LogLevel.Error,
        "The bucket lost {What}: its service let another replica overwrite it, although "
        + "the write had a condition. Put back: {PutBack} changes. Somebody else's are there instead of {Taken}.")]
    public static partial void WriteLost(ILogger logger, string what, int putBack, int taken);
}
