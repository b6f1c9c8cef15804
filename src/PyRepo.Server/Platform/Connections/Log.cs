using System.Net;
using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Connections;

static partial class Log
{
    [LoggerMessage(
        601, LogLevel.Warning,
        "{Count} connections to the {Port} port are open, which is the limit. Another one was closed at once.")]
    public static partial void TooManyConnections(ILogger logger, int count, string port);

    [LoggerMessage(
        602, LogLevel.Warning,
        "{Count} connections to the {Port} port are open from {Address}, which is half of those that others leave. "
        + "Another one was closed at once.")]
    public static partial void TooManyOfAddress(ILogger logger, int count, string port, IPAddress address);
}
