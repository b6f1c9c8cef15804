using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Access.Oidc;

static partial class Log
{
    [LoggerMessage(701, LogLevel.Warning, "{Message}")]
    public static partial void KeysUnavailable(ILogger logger, string message);
}
