using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Policies;

static partial class Log
{
    [LoggerMessage(316, LogLevel.Warning, "Provenance: {Finding}")]
    public static partial void LacksAttestation(ILogger logger, string finding);
}
