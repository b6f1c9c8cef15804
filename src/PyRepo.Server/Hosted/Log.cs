using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Hosted;

static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Adopted '{Key}'.")]
    public static partial void Adopted(ILogger logger, string key);

    [LoggerMessage(102, LogLevel.Warning, "Did not adopt '{Key}': {Sentence}")]
    public static partial void NotAdopted(ILogger logger, string key, string sentence);

    [LoggerMessage(103, LogLevel.Warning, "'{Key}' was taken away or changed, and is no longer listed.")]
    public static partial void TakenAway(ILogger logger, string key);

    [LoggerMessage(104, LogLevel.Error, "Could not look for files to adopt.")]
    public static partial void AdoptionFailed(ILogger logger, Exception error);

    [LoggerMessage(105, LogLevel.Information, "Removed '{Key}': no record names it.")]
    public static partial void Collected(ILogger logger, string key);

    [LoggerMessage(106, LogLevel.Error, "Could not look for bytes that no record names.")]
    public static partial void GarbageFailed(ILogger logger, Exception error);

    [LoggerMessage(107, LogLevel.Error, "A record can't be read; its project is not served.")]
    public static partial void RecordUnreadable(ILogger logger, Exception error);
}
