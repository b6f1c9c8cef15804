using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Background;

static partial class Log
{
    [LoggerMessage(
        404, LogLevel.Error,
        "The background work '{Loop}' of '{Repository}' failed ({Failures} failures so far). It will be tried again.")]
    public static partial void LoopFailed(
        ILogger logger, string loop, string repository, long failures, Exception error);

    [LoggerMessage(
        405, LogLevel.Information,
        "The background work '{Loop}' of '{Repository}' succeeds again after {Failures} failures.")]
    public static partial void LoopRecovered(ILogger logger, string loop, string repository, long failures);
}
