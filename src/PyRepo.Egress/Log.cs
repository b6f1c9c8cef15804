using Microsoft.Extensions.Logging;

namespace PyRepo.Egress;

static partial class Log
{
    [LoggerMessage(306, LogLevel.Warning, "Upstream is failing: {Message}")]
    public static partial void UpstreamFails(ILogger logger, string message);

    [LoggerMessage(307, LogLevel.Information, "Upstream is responding again.")]
    public static partial void UpstreamAnswers(ILogger logger);
}
