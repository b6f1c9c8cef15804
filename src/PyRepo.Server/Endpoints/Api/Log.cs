using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Endpoints.Api;

static partial class Log
{
    [LoggerMessage(903, LogLevel.Information,
        "{User} erased a caller from the download log of '{Repository}': {Lines} lines.")]
    public static partial void Forgotten(ILogger logger, string repository, string user, long lines);

    [LoggerMessage(704, LogLevel.Information, "{User} made the token '{Id}' for '{Repository}'.")]
    public static partial void TokenMade(ILogger logger, string user, string id, string repository);

    [LoggerMessage(705, LogLevel.Information, "{User} revoked the token '{Id}' of '{Repository}'.")]
    public static partial void TokenRevoked(ILogger logger, string user, string id, string repository);
}
