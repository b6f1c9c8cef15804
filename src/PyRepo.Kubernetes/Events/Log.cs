using Microsoft.Extensions.Logging;

namespace PyRepo.Kubernetes.Events;

static partial class Log
{
    [LoggerMessage(331, LogLevel.Debug, "An event was not written: {Reason} of {Regarding}.")]
    public static partial void NotWritten(ILogger logger, Exception? error, string reason, string regarding);
}
