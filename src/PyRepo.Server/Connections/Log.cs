using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Connections;

static partial class Log
{
    [LoggerMessage(
        601, LogLevel.Warning,
        "{Count} connections to the {Port} port are open, which is the limit. Another one was closed at once.")]
    public static partial void TooManyConnections(ILogger logger, int count, string port);
}
