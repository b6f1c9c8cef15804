using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Endpoints.Api;

static partial class Log
{
    [LoggerMessage(704, LogLevel.Information, "{User} made the token '{Id}' for '{Repository}'.")]
    public static partial void TokenMade(ILogger logger, string user, string id, string repository);

    [LoggerMessage(705, LogLevel.Information, "{User} revoked the token '{Id}' of '{Repository}'.")]
    public static partial void TokenRevoked(ILogger logger, string user, string id, string repository);
}
